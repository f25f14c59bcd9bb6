import { EventBridgeClient, type EventBridgeClientConfig, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { boundedCalls } from "../aws-client.ts";
import type { Boot } from "../boot.ts";
import { type Pace, systemPace } from "../queue/batches.ts";
import { type Bus, type PutEvents, busOver } from "./bus.ts";

/** The source of `soundcloud.submission-approved.v1` is `groundswell.soundcloud`. */
const sourceOf = (type: string): string => `groundswell.${type.slice(0, type.indexOf("."))}`;

const overEventBridge =
  (client: EventBridgeClient, bus: string): PutEvents =>
  async (group) => {
    const reply = await client.send(
      new PutEventsCommand({
        Entries: group.map(({ value }) => ({
          EventBusName: bus,
          Source: sourceOf(value.type),
          DetailType: value.type,
          Time: new Date(value.at),
          Detail: JSON.stringify(value),
        })),
      }),
    );
    return (reply.Entries ?? []).flatMap((result, index) =>
      result.ErrorCode ? [{ entry: group[index]!, reason: `${result.ErrorCode}: ${result.ErrorMessage ?? ""}`, permanent: false }] : [],
    );
  };

/** The bus named by BUS_NAME. */
export const openBus = (boot: Pick<Boot, "env">, config: EventBridgeClientConfig = {}, pace: Pace = systemPace): Bus =>
  busOver(overEventBridge(new EventBridgeClient({ ...boundedCalls, ...config }), boot.env("BUS_NAME")), pace);
