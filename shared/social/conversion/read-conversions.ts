import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { timestamp } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import type { Page, PageOptions } from "../../kernel/table/types.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { Conversion } from "./conversion.ts";
import { type ConversionView, presentConversion, presentConversions } from "./present-conversion.ts";

export const ConversionFilter = z
  .strictObject({
    post_id: z.uuid().optional(),
    platform: PlatformName.optional(),
    platform_user_id: z.string().min(1).max(100).optional(),
    /** Times of conversion, both included. */
    from: timestamp.optional(),
    to: timestamp.optional(),
  })
  .superRefine(({ post_id, platform, platform_user_id }, { addIssue }) => {
    const object = (field: string, message: string): void => addIssue({ code: "custom", path: [field], message });
    if (platform !== undefined && platform_user_id === undefined) object("platform_user_id", "goes with platform");
    if (platform === undefined && platform_user_id !== undefined) object("platform", "goes with platform_user_id");
    if (post_id !== undefined && platform_user_id !== undefined) object("post_id", "is another filter than the person; give one of them");
  });
export type ConversionFilter = z.output<typeof ConversionFilter>;

const stored = (time: string): string => new Date(time).toISOString();

const query = (ctx: OrgCtx, { post_id, platform, platform_user_id }: ConversionFilter, options: PageOptions<Pick<Conversion, "conversion_at">>) => {
  const { org_id } = ctx;
  if (post_id !== undefined) return Conversion.query.byPost(ctx, { org_id, post_id }, options);
  if (platform !== undefined && platform_user_id !== undefined) return Conversion.query.byPerson(ctx, { org_id, platform, platform_user_id }, options);
  return Conversion.query.byTime(ctx, { org_id }, options);
};

/** Conversions and refunds, the latest first: all, those whose last touch was with a post, or those of a person. */
export const listConversions = async (ctx: OrgCtx, filter: ConversionFilter, page: PageRequest): Promise<PageOf<ConversionView>> => {
  const { from, to } = filter;
  const range = {
    ...(from === undefined ? {} : { from: { conversion_at: stored(from) } }),
    ...(to === undefined ? {} : { to: { conversion_at: stored(to) } }),
  };
  const { items, position }: Page<Conversion> = await query(ctx, filter, { ...page, ...range, desc: true });
  return { items: await presentConversions(ctx, items), ...(position === undefined ? {} : { position }) };
};

/** Throws DomainError not_found. */
export const getConversion = async (ctx: OrgCtx, id: string): Promise<ConversionView> =>
  presentConversion(ctx, await Conversion.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }));
