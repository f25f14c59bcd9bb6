import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { Post } from "../post/post.ts";
import { social } from "../table.ts";

const DAY_MS = 86_400_000;
/** A text that appeared on the account so many days before is a repetition. */
export const REPEATED_DAYS = 30;

/**
 * That an account has a text, or an hour, taken by a post that is planned or published: two per post, by which the next
 * one is compared without reading posts. README, Planning.
 */
export const PostMark = entity(social, "PostMark", {
  fields: () => ({
    org_id: id,
    account_id: id,
    kind: z.enum(["caption", "hour"]),
    /** The text's digest, or the hour: `2026-12-01T18`. */
    value: z.string().max(64),
    /** The post's time. */
    at: timestamp,
    post_id: id,
  }),
  key: ["{org_id}#PM#{account_id}#{kind}#{value}", "{at}#{post_id}"],
  ttl: ({ at }) => Math.ceil((Date.parse(at) + (REPEATED_DAYS + 1) * DAY_MS) / 1000),
});
export type PostMark = Item<typeof PostMark>;

type Marked = Pick<Post, "id" | "account_id" | "caption_hash" | "scheduled_at">;
type MarkKey = Pick<PostMark, "org_id" | "account_id" | "kind" | "value" | "at" | "post_id">;

export const hourOf = (time: string): string => time.slice(0, 13);

/** The marks of a post that is planned; none without account, time or text. */
const marksOf = ({ org_id }: OrgCtx, { id: post_id, account_id, caption_hash, scheduled_at }: Marked): MarkKey[] => {
  if (account_id === undefined || scheduled_at === undefined) return [];
  const common = { org_id, account_id, at: scheduled_at, post_id };
  return [
    { ...common, kind: "hour" as const, value: hourOf(scheduled_at) },
    ...(caption_hash === undefined ? [] : [{ ...common, kind: "caption" as const, value: caption_hash }]),
  ];
};

export const markWrites = (ctx: OrgCtx, post: Marked): Write[] => marksOf(ctx, post).flatMap((mark) => PostMark.writes.create(ctx, mark));

/** Takes a post's marks away, as far as they are there: of a post long past they have expired. */
export const unmarkWrites = async (ctx: OrgCtx, post: Marked): Promise<Write[]> => {
  const stored = await PostMark.getMany(ctx, marksOf(ctx, post), { consistent: true });
  return stored.flatMap((mark) => PostMark.writes.delete(ctx, mark));
};
