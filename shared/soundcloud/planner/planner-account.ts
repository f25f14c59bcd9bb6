import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const MOST_SECRETS = 2;

/** A secret of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
export const webhookSecret = z.string().regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "whsec_ and 24 to 64 random bytes in base64");

/** The org's account at Influence Planner. Key and secrets are sealed by the vault, written and never read back. README, Schedules. */
export const PlannerAccount = entity(soundcloud, "PlannerAccount", {
  fields: () => ({
    org_id: id,
    username: z.string().trim().min(1).max(200),
    api_key: z.string().max(4000),
    /** The one that is current and, while it is replaced, the one before. */
    webhook_secrets: z.array(z.string().max(4000)).max(MOST_SECRETS).default([]),
  }),
  key: ["{org_id}#IP", "IP"],
  hidden: ["api_key", "webhook_secrets"],
});
export type PlannerAccount = Item<typeof PlannerAccount>;

export const PlannerAccountInput = z.strictObject({
  username: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^:]*$/, "without a colon"),
  api_key: z.string().trim().min(1).max(500),
  webhook_secrets: z.array(webhookSecret).max(MOST_SECRETS).default([]),
});
export type PlannerAccountInput = z.output<typeof PlannerAccountInput>;

export const PlannerAccountView = PlannerAccount.api.response.extend({ webhook_secrets_set: z.int() });

export const presentPlannerAccount = (account: PlannerAccount): z.input<typeof PlannerAccountView> => ({
  ...account,
  webhook_secrets_set: account.webhook_secrets.length,
});
