import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { Member } from "../member/member.ts";
import { Client } from "../party/client.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { shiftOf } from "./shift.ts";
import { Submission } from "./submission.ts";

/** A submission as the API shows it: with the party's name, the decision clock and the shift; notes, contacts and what others call it for ops only. */
export const SubmissionView = Submission.api.response.extend({
  member_name: z.string().optional(),
  client_name: z.string().optional(),
  decision_due_at: z.iso.datetime().optional(),
  decision_overdue: z.boolean(),
  /** Days from `support_date` to `scheduled_date`, where they differ. */
  shift_days: z.int().optional(),
  ip_schedule_ids: Submission.api.response.shape.ip_schedule_ids.optional(),
  resend_message_ids: Submission.api.response.shape.resend_message_ids.optional(),
  /** Token of the private link; in single reads by ops. */
  secret_token: z.string().optional(),
});
export type SubmissionView = z.input<typeof SubmissionView>;

const HOUR_MS = 3_600_000;

/** When a submission that waits for its decision is due. */
const decisionDue = (submission: Submission, settings: Settings): Date | undefined =>
  submission.status === "new" || submission.status === "pending"
    ? new Date(Date.parse(submission.submitted_at) + settings.decision_sla_hours * HOUR_MS)
    : undefined;

const forMembers = ({
  notes,
  owner_id,
  price_usd,
  salesperson_id,
  ip_tracking_url,
  ip_schedule_ids,
  resend_message_ids,
  ...rest
}: SubmissionView): SubmissionView => rest;

/** Joins the names of the parties in one BatchGet each, and adds the clock. */
export const presentSubmissions = async (ctx: OrgCtx, submissions: readonly Submission[]): Promise<SubmissionView[]> => {
  if (submissions.length === 0) return [];
  const keys = (ids: readonly (string | undefined)[]) => [...new Set(ids.filter((id) => id !== undefined))].map((id) => ({ org_id: ctx.org_id, id }));
  const [settings, members, clients] = await Promise.all([
    getSettings(ctx),
    Member.getMany(ctx, keys(submissions.map((s) => s.member_id))),
    Client.getMany(ctx, keys(submissions.map((s) => s.client_id))),
  ]);
  const names = new Map([...members, ...clients].map(({ id, name }) => [id, name]));
  const now = ctx.clock.now();
  return submissions.map((submission) => {
    const due = decisionDue(submission, settings);
    const { party_id, track_key, artist_key, dedupe_key, secret_token, submitted_month, planned_days, contact_emails, ...shown } = submission;
    const name = names.get(party_id);
    const view: SubmissionView = {
      ...shown,
      ...shiftOf(submission),
      ...(name === undefined ? {} : submission.member_id ? { member_name: name } : { client_name: name }),
      ...(due ? { decision_due_at: due.toISOString() } : {}),
      decision_overdue: due !== undefined && due < now,
    };
    return ctx.grant === "all" ? view : forMembers(view);
  });
};

export const presentSubmission = async (ctx: OrgCtx, submission: Submission): Promise<SubmissionView> => (await presentSubmissions(ctx, [submission]))[0]!;

export const presentPage = async (ctx: OrgCtx, page: PageOf<Submission>): Promise<PageOf<SubmissionView>> => ({
  ...page,
  items: await presentSubmissions(ctx, page.items),
});
