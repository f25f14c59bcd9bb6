import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { List } from "../../kernel/export/list.ts";
import { writeExport as write } from "../../kernel/export/write-export.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { Timed } from "../../kernel/job.ts";
import { Member } from "../member/member.ts";
import { campaignList } from "./campaign-list.ts";
import type { Export } from "./export.ts";
import { exportsStored } from "./exports.ts";
import { ledgerList } from "./ledger-list.ts";
import { memberList } from "./member-list.ts";
import { personSections } from "./person-sections.ts";
import { submissionList } from "./submission-list.ts";

type WriteCtx = OrgCtx & Timed & { readonly files: Files };

const LISTS: Readonly<Record<Exclude<Export["kind"], "person">, List>> = {
  members: memberList,
  submissions: submissionList,
  ledger: ledgerList,
  campaigns: campaignList,
};
const ERASED = "member_erased";

const contentOf = async (ctx: WriteCtx, { kind, member_id }: Export) => {
  if (kind !== "person") return LISTS[kind];
  const member = await Member.get(ctx, { org_id: ctx.org_id, id: member_id! }, { consistent: true });
  if (member.erased_at !== undefined) throw new DomainError("conflict", ERASED, "The member was erased before the file was written.");
  return { about: { member_id }, sections: personSections(ctx, member) };
};

/** Writes an export's file: everything that is held of a member, or a list of the org. README, Exports. */
export const writeExport = (ctx: WriteCtx, order: { readonly export_id: string }): Promise<void> =>
  write(ctx, exportsStored, order, {
    of: (item) => contentOf(ctx, item),
    erased: ERASED,
    out_of_time: "Order the kinds of records one by one, or ask for help with this one.",
  });
