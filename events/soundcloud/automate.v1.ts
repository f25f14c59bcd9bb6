import * as z from "zod";
import { command } from "../envelope.ts";

const tier = z.enum(["T1", "T2", "T3", "T4"]);

export const Automate = command(
  "soundcloud.automate.v1",
  "Queue the mails that the org's automations send when this happens.",
  z.discriminatedUnion("trigger", [
    z.strictObject({ trigger: z.literal("submission-approved"), submission_id: z.uuid() }),
    z.strictObject({ trigger: z.literal("submission-rejected"), submission_id: z.uuid(), reason: z.string().optional() }),
    z.strictObject({ trigger: z.literal("assignment-published"), assignment_id: z.uuid(), supporter_id: z.uuid() }),
    z.strictObject({ trigger: z.literal("tier-changed"), member_id: z.uuid(), from: tier, to: tier }),
    z.strictObject({ trigger: z.literal("connection-lost"), member_id: z.uuid(), status: z.string() }),
    z.strictObject({ trigger: z.literal("inquiry-admitted"), inquiry_id: z.uuid(), member_id: z.uuid() }),
    z.strictObject({ trigger: z.literal("inquiry-rejected"), inquiry_id: z.uuid() }),
    z.strictObject({ trigger: z.literal("complaint-received"), complaint_id: z.uuid() }),
    z.strictObject({ trigger: z.literal("campaign-went-live"), campaign_id: z.uuid() }),
    z.strictObject({ trigger: z.literal("campaign-completed"), campaign_id: z.uuid(), verified_reposts: z.int() }),
  ]),
  { trigger: "tier-changed", member_id: "0199b1f0-7c00-7000-8000-000000000002", from: "T1", to: "T2" },
);
