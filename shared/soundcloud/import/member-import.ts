import { inParallel } from "../../kernel/queue/parallel.ts";
import { type ArrivingMember, type GenreChoice, newMemberWrites } from "../member/create-member.ts";
import { MemberAccount } from "../member/member-account.ts";
import { Member } from "../member/member.ts";
import { nameKey } from "../party/name-key.ts";
import { getSettings } from "../settings/get-settings.ts";
import { type Taxonomy, loadTaxonomy } from "../taxonomy/taxonomy.ts";
import type { Candidate, ImportCtx, ImportKind, Made, Origin } from "./import-kind.ts";
import type { Import } from "./import.ts";
import { type MemberColumn, type MemberDraft, memberLayout, memberRow } from "./member-row.ts";

const AT_ONCE = 10;
/** Outcome, member, handle, wallet, ledger entry, account with its unique row, event. */
const WRITES_OF_A_ROW = 8;

/** The draft's genres in the org's taxonomy; the names of those that it does not have stay as written. */
const choicesOf = ({ families, subgenres }: Taxonomy, draft: MemberDraft): { genres: GenreChoice[]; manual_genres: string[] } => {
  const genres: GenreChoice[] = [];
  const unknown: string[] = [];
  for (const { family: name, subgenre } of draft.genres) {
    const family = [...families.values()].find((one) => one.name_key === nameKey(name));
    const found = subgenre === undefined ? undefined : subgenres.find((one) => one.family_id === family?.id && one.name_key === nameKey(subgenre));
    if (!family || (subgenre !== undefined && !found)) unknown.push(subgenre ?? name);
    else genres.push({ genre_family_id: family.id, ...(found ? { subgenre_id: found.id } : {}) });
  }
  return { genres, manual_genres: [...new Set([...draft.manual_genres, ...unknown])].slice(0, 20) };
};

/** A member who has to reconnect has an account that says so. */
const newMember = (draft: MemberDraft, taxonomy: Taxonomy, import_id: string): ArrivingMember => {
  const { soundcloud_handle: handle, soundcloud_followers: follower_count, genres: _, manual_genres: __, emails, status, ...fields } = draft;
  const account =
    handle === undefined ? {} : { account: { handle, follower_count, status: status === "active" ? ("linked" as const) : ("reconnect" as const) } };
  return {
    ...fields,
    ...choicesOf(taxonomy, draft),
    ...account,
    soundcloud_handle: handle,
    emails: [...emails],
    monthly_submission_limit: 4,
    daily_capacity: 1,
    status,
    import_id,
  };
};

/** The member under one duplicate key, `handle` or `email` and its value. */
const holderOf = async (ctx: ImportCtx, key: string): Promise<Origin | undefined> => {
  const { org_id } = ctx;
  const [kind, value = ""] = key.split("\n");
  if (kind === "email") {
    const member = await Member.by.email(ctx, { org_id, emails: value });
    return member && { refs: { member_id: member.id }, import_id: member.import_id };
  }
  const member = await Member.by.handle(ctx, { org_id, soundcloud_handle: value });
  if (member) return { refs: { member_id: member.id }, import_id: member.import_id };
  const account = await MemberAccount.by.handle(ctx, { org_id, platform: "soundcloud", handle: value });
  return account && { refs: { member_id: account.member_id } };
};

const openMembers = async (ctx: ImportCtx, run: Import) => {
  const [settings, taxonomy] = await Promise.all([getSettings(ctx), loadTaxonomy(ctx)]);
  return {
    sizer: () => (draft: MemberDraft) => WRITES_OF_A_ROW + draft.emails.length + draft.genres.length,
    prepare: async (rows: readonly Candidate<MemberDraft>[]) => {
      const keys = [...new Set(rows.flatMap(({ verdict }) => verdict.duplicate_keys))];
      const found = await inParallel(keys, AT_ONCE, async (key) => [key, await holderOf(ctx, key)] as const);
      return new Map(found.flatMap(([key, origin]) => (origin ? [[key, origin] as const] : [])));
    },
    make: async ({ verdict: { draft } }: Candidate<MemberDraft>): Promise<Made> => {
      const { member, writes } = newMemberWrites(ctx, settings, newMember(draft, taxonomy, run.id));
      return { writes, refs: { member_id: member.id }, warnings: [] };
    },
    settle: () => undefined,
  };
};

/** Rows become members with an open wallet. */
export const memberImport: ImportKind<MemberColumn, MemberDraft> = {
  layout: memberLayout,
  rules: memberRow,
  shown: (draft) => ({ ...draft }),
  open: openMembers,
};
