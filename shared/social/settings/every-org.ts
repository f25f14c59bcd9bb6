import type * as z from "zod";
import type { Contract } from "../../../events/envelope.ts";
import { type FanOut, fanOut } from "../../kernel/schedule/fan-out.ts";
import { socialSystem } from "../table.ts";
import { Settings } from "./settings.ts";

/** A fan-out over every org of the platform: one command each for a period, recorded in the platform's table. */
export const everyOrg = <const C extends Contract<"command", string, z.ZodType>>(plan: Omit<FanOut<C>, "runs" | "orgs">) =>
  fanOut<C>({ ...plan, runs: socialSystem.jobRuns, orgs: (ctx, page) => Settings.query.allOrgs(ctx, {}, page) } as FanOut<C>);
