import { identityPlatform } from "../functions/identity/lambdas.ts";
import { socialPlatform } from "../functions/social/lambdas.ts";
import { soundcloudPlatform } from "../functions/soundcloud/lambdas.ts";
import { identity } from "../shared/identity/table.ts";
import { social } from "../shared/social/table.ts";
import { soundcloud } from "../shared/soundcloud/table.ts";
import type { DeployedPlatform } from "./stacks.ts";

/** The platforms that are deployed. Everything in the infrastructure follows from their declarations. */
export const platforms = [
  { platform: identityPlatform, table: identity },
  { platform: soundcloudPlatform, table: soundcloud },
  { platform: socialPlatform, table: social },
] as const satisfies readonly DeployedPlatform[];
