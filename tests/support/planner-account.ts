import { setPlannerAccount } from "../../shared/soundcloud/planner/set-planner-account.ts";
import type { SoundcloudOrg } from "./soundcloud.ts";

/** What Influence Planner signs with. */
export const PLANNER_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/** The org has its account at Influence Planner, which signs with the secret above. */
export const withPlannerAccount = ({ ctx, org_id }: Pick<SoundcloudOrg, "ctx" | "org_id">) =>
  setPlannerAccount(ctx, { username: org_id, api_key: "ip-1234", webhook_secrets: [PLANNER_SECRET] });
