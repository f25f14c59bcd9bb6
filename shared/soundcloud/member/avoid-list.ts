import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { AvoidListItem, avoidReason, avoidedHandle } from "./avoid-list-item.ts";
import { Platform } from "./member-account.ts";
import { Member, requireNotErased } from "./member.ts";
import { visibleMember } from "./own-member.ts";

const MOST = 200;

export const NewAvoidListItem = z.strictObject({ avoided_handle: avoidedHandle, platform: Platform.default("soundcloud"), reason: avoidReason.optional() });
export type NewAvoidListItem = z.output<typeof NewAvoidListItem>;

/** The reason is for ops. */
const shown = (ctx: OrgCtx, { reason, ...item }: AvoidListItem): AvoidListItem => (ctx.grant === "all" && reason !== undefined ? { ...item, reason } : item);

/** Matching is about SoundCloud channels, so the member mirrors these only. */
const mirrored = (items: readonly string[], { platform, avoided_handle }: Pick<AvoidListItem, "platform" | "avoided_handle">, present: boolean): string[] => {
  if (platform !== "soundcloud") return [...items];
  const others = items.filter((handle) => handle !== avoided_handle);
  return present ? [...others, avoided_handle] : others;
};

/** Whom a member avoids. Throws DomainError not_found. */
export const listAvoided = async (ctx: OrgCtx, member_id: string, page: PageRequest): Promise<PageOf<AvoidListItem>> => {
  const member = await visibleMember(ctx, member_id);
  const { items, position } = await AvoidListItem.list(ctx, { org_id: ctx.org_id, member_id: member.id }, page);
  return { items: items.map((item) => shown(ctx, item)), position };
};

/** Keeps a member and a handle apart, in both directions. Throws DomainError not_found, `member_erased`, `already_exists` or `too_many_avoided`. */
export const addAvoided = async (ctx: OrgCtx, member_id: string, input: NewAvoidListItem): Promise<AvoidListItem> => {
  const { id } = await visibleMember(ctx, member_id);
  const item = AvoidListItem.draft(ctx, { ...input, org_id: ctx.org_id, member_id: id });
  const result = shown(ctx, item);
  return contend(async () => {
    const member = await Member.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    requireNotErased(member);
    const avoided_handles = mirrored(member.avoided_handles, item, true);
    if (avoided_handles.length > MOST) throw conflict("too_many_avoided", `avoided_handle: a member avoids at most ${MOST}. Remove one first.`);
    await transact(ctx, soundcloud, [...AvoidListItem.writes.put(ctx, item), ...Member.writes.patch(ctx, member, { avoided_handles })], {
      pattern: "members.avoid",
      result,
    });
    return result;
  });
};

/** Lets a member be matched with a handle again. Throws DomainError not_found or `stale`. */
export const removeAvoided = async (ctx: OrgCtx, member_id: string, id: string, version: number): Promise<void> => {
  const { org_id } = ctx;
  const visible = await visibleMember(ctx, member_id);
  await contend(async () => {
    const [member, items] = await Promise.all([
      Member.get(ctx, { org_id, id: visible.id }, { consistent: true }),
      Array.fromAsync(every((page) => AvoidListItem.list(ctx, { org_id, member_id: visible.id }, page))),
    ]);
    const item = items.find((one) => one.id === id);
    if (!item) throw notFound("avoid list item");
    const mirror = Member.writes.patch(ctx, member, { avoided_handles: mirrored(member.avoided_handles, item, false) });
    await transact(ctx, soundcloud, [...AvoidListItem.writes.delete(ctx, item, { version }), ...mirror], { pattern: "members.stopAvoiding" });
  });
};
