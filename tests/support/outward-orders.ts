import { ArchiveMonth } from "../../events/social/archive-month.v1.ts";
import { SendDigest } from "../../events/soundcloud/send-digest.v1.ts";
import { Org } from "../../shared/identity/org/org.ts";
import type { MatrixWorld } from "./matrix/world.ts";

/** Old enough to be archived, and none of the months that a path of the matrix names. */
const OLD_MONTH = "2024-09";
const WEEK = "2026-W47";

/** Samples are told apart by their numbers, of which none may begin as another does. */
let n = 5000;

/**
 * An org orders something of every kind that leaves the tables, each made of what is the org's alone: its lists and a
 * person's data as files, a mail by hand, one to each member and one to somebody invited, a message to Slack and a month
 * for the archive. `words` stand in all that has words; `webhook` is the org's at Slack.
 */
export const orderOutward = async (
  { make }: MatrixWorld,
  staff: MatrixWorld["here"],
  { words, webhook }: { words: string; webhook: string },
): Promise<void> => {
  const { org, own, self } = staff;
  const { org_id, ctx } = org;
  n += 1;
  const send = async (method: "POST" | "PATCH", path: string, body: object): Promise<void> => {
    const { status, problem } = await org.admin.api[method === "POST" ? "post" : "patch"](path, body, method === "PATCH" ? { version: await version() } : {});
    if (status >= 300) throw new Error(`${method} ${path} answers ${status}: ${JSON.stringify(problem)}`);
  };
  const version = async (): Promise<number> => (await org.admin.api.get("/soundcloud/settings")).body.version;

  await Org.patch(ctx, { id: org_id }, { name: words });
  for (const kind of ["members", "submissions", "ledger", "campaigns"]) await send("POST", "/soundcloud/exports", { kind, format: "csv" });
  await send("POST", "/soundcloud/exports", { kind: "person", member_id: self.member.id });
  for (const kind of ["posts", "conversions"]) await send("POST", "/social/exports", { kind, format: "json" });

  await send("POST", `/soundcloud/email-templates/${own["email_template_id"]}/send`, { member_id: self.member.id });
  await make("AutomationTemplate", org, n, { template_key: `outward-${n}`, trigger_events: ["weekly-digest"], enabled: true, subject: words });
  await ctx.commands.send(ctx, SendDigest, org_id, [{ week: WEEK }]);
  await send("POST", "/identity/invitations", { email: `outward-${n}@${org_id}.example.com` });

  await send("PATCH", "/soundcloud/settings", { slack_enabled: true, slack_webhook: webhook });
  await send("POST", "/soundcloud/complaints", { email: `complaint-${n}@${org_id}.example.com`, notes: words });

  await make("PostMonth", org, n, { month: OLD_MONTH, post_id: own["post_id"], events: 1 });
  const event = { month: OLD_MONTH, post_id: own["post_id"], platform: "instagram", event_timestamp: `${OLD_MONTH}-03T00:00:00.000Z` };
  await make("EngagementEvent", org, n, { ...event, event_metadata: { text: words } });
  await ctx.commands.send(ctx, ArchiveMonth, org_id, [{ month: OLD_MONTH }]);
};
