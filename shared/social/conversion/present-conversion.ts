import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { fromCents } from "../../kernel/money.ts";
import { Post } from "../post/post.ts";
import { Model } from "./attribution.ts";
import { Conversion } from "./conversion.ts";
import { Touchpoint } from "./touchpoint.ts";

const amount = z.string();
/** Amounts by model. */
export const ByModel = z.object({ last: amount, first: amount, linear: amount, position: amount, time_decay: amount } satisfies Record<Model, typeof amount>);
export type ByModel = z.output<typeof ByModel>;

export const ConversionView = Conversion.api.response.omit({ shares: true }).extend({
  touches: z.array(z.object({ ...Touchpoint.shape, value: ByModel })),
  /** The post of the last touch was deleted; what it earned stays. */
  post_deleted: z.boolean(),
});
export type ConversionView = z.output<typeof ConversionView>;

export const amounts = (cents: (model: Model) => number): ByModel =>
  Object.fromEntries(Model.options.map((model) => [model, fromCents(cents(model))])) as ByModel;

/** Of these posts, those that were deleted or are gone. */
export const deletedPosts = async (ctx: OrgCtx, post_ids: Iterable<string>): Promise<Set<string>> => {
  const wanted = new Set(post_ids);
  const posts = await Post.getMany(
    ctx,
    [...wanted].map((id) => ({ org_id: ctx.org_id, id })),
  );
  const there = new Set(posts.filter(({ deleted }) => !deleted).map(({ id }) => id));
  return new Set([...wanted].filter((id) => !there.has(id)));
};

/** Conversions as the API shows them: each touch with its part of the value by model. One read of all their posts. */
export const presentConversions = async (ctx: OrgCtx, conversions: readonly Conversion[]): Promise<ConversionView[]> => {
  const deleted = await deletedPosts(
    ctx,
    conversions.flatMap(({ post_id }) => post_id ?? []),
  );
  return conversions.map(({ shares, touches, ...rest }) => ({
    ...rest,
    touches: touches.map((touch, at) => ({ ...touch, value: amounts((model) => shares[model][at]!) })),
    post_deleted: rest.post_id !== undefined && deleted.has(rest.post_id),
  }));
};

export const presentConversion = async (ctx: OrgCtx, conversion: Conversion): Promise<ConversionView> => (await presentConversions(ctx, [conversion]))[0]!;
