import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { notFound } from "../../kernel/errors.ts";
import { date, id } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { lastIdAt } from "../../kernel/ids.ts";
import { findOwnMember, ownMember } from "../member/own-member.ts";
import { getSettings } from "../settings/get-settings.ts";
import { type SubmissionView, presentPage, presentSubmission } from "./submission-view.ts";
import { Submission, SubmissionStatus } from "./submission.ts";

/** At most one filter: each is a list of its own. Without one, ops see what is new, members see their own. */
export const SubmissionFilter = z
  .strictObject({
    status: SubmissionStatus.optional(),
    member_id: id.optional(),
    client_id: id.optional(),
    support_date: date.optional(),
    overdue: z.literal("true").optional(),
  })
  .refine(
    (filter) => Object.values(filter).filter((value) => value !== undefined).length <= 1,
    "Give one filter at most: status, member_id, client_id, support_date or overdue.",
  );
export type SubmissionFilter = z.output<typeof SubmissionFilter>;

const HOUR_MS = 3_600_000;

/** Lists oldest first by status and date, newest first by party. */
const select = async (ctx: OrgCtx, filter: SubmissionFilter, page: PageRequest): Promise<PageOf<Submission>> => {
  const { org_id } = ctx;
  const party_id = filter.member_id ?? filter.client_id;
  if (party_id !== undefined) return Submission.query.byParty(ctx, { org_id, party_id }, { ...page, desc: true });
  if (filter.support_date !== undefined) return Submission.query.bySupportDate(ctx, { org_id, support_date: filter.support_date }, page);
  if (filter.overdue === undefined) return Submission.query.byStatus(ctx, { org_id, status: filter.status ?? "new" }, page);
  const { decision_sla_hours } = await getSettings(ctx);
  const due = new Date(ctx.clock.now().getTime() - decision_sla_hours * HOUR_MS);
  return Submission.query.byStatus(ctx, { org_id, status: "new" }, { ...page, to: { id: lastIdAt(due) } });
};

export const listSubmissions = async (ctx: OrgCtx, filter: SubmissionFilter, page: PageRequest): Promise<PageOf<SubmissionView>> => {
  if (ctx.grant === "all") return presentPage(ctx, await select(ctx, filter, page));
  const own = await ownMember(ctx);
  if (filter.member_id !== undefined && filter.member_id !== own.id) throw notFound("member");
  return presentPage(ctx, await select(ctx, { member_id: own.id }, page));
};

/** A submission as far as the caller may see it: any for ops, own ones for members. Throws DomainError not_found. */
export const visibleSubmission = async (ctx: OrgCtx, submission_id: string): Promise<Submission> => {
  const submission = await Submission.get(ctx, { org_id: ctx.org_id, id: submission_id });
  if (ctx.grant === "own" && (await findOwnMember(ctx))?.id !== submission.member_id) throw notFound("submission");
  return submission;
};

/** Ops see the token of a private link. */
export const getSubmission = async (ctx: OrgCtx & { readonly vault: Vault }, submission_id: string): Promise<SubmissionView> => {
  const submission = await visibleSubmission(ctx, submission_id);
  const view = await presentSubmission(ctx, submission);
  if (submission.secret_token === undefined || ctx.grant === "own") return view;
  const secret_token = await ctx.vault.open(ctx, submission.secret_token, {
    org_id: ctx.org_id,
    entity: "Submission",
    id: submission_id,
    field: "secret_token",
  });
  return { ...view, secret_token };
};

export const submissionHistory = async (ctx: OrgCtx, submission_id: string, page: PageRequest) => {
  await visibleSubmission(ctx, submission_id);
  return Submission.history(ctx, { org_id: ctx.org_id, id: submission_id }, page);
};
