import type { Boot } from "../../kernel/boot.ts";
import { type PlannerClient, plannerClient } from "./influence-planner.client.ts";

/** Influence Planner as the environment names it; credentials are each org's own. */
export const openPlanner = (boot: Boot): PlannerClient => plannerClient({ api_url: boot.env("INFLUENCE_PLANNER_API_URL"), clock: boot.clock });
