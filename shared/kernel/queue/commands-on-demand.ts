import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import type { Boot } from "../boot.ts";
import { once } from "../once.ts";
import { type Commands, commandsBy } from "./commands.ts";

/** Commands over SQS, whose client the first of them loads: for functions that hardly ever send one. */
export const commandsOnDemand = (boot: Pick<Boot, "env">, config: SQSClientConfig = {}): Commands => {
  const commands = once(async () => (await import("./sqs.ts")).openCommands(boot, config));
  return commandsBy(async (...given) => (await commands()).sendEach(...given));
};
