import * as z from "zod";
import { RemoveMentions } from "../../../events/social/remove-mentions.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { TrendPlatform } from "./topic.ts";

const MOST = 100;

export const MentionRemoval = z
  .strictObject({
    mentions: z
      .array(z.strictObject({ platform: TrendPlatform, id: z.string().min(1).max(150) }))
      .max(MOST)
      .default([]),
    persons: z
      .array(z.strictObject({ platform: TrendPlatform, platform_user_id: z.string().min(1).max(100) }))
      .max(MOST)
      .default([]),
  })
  .refine(({ mentions, persons }) => mentions.length + persons.length > 0, "names a mention or a person at least");

export const RemovalOrdered = z.object({ mentions: z.int(), persons: z.int(), status: z.literal("ordered") });

/** Hands a removal over to the job that takes mentions out of all counts. README, Moderation. */
export const orderRemoval = async (
  ctx: OrgCtx & { readonly commands: Commands },
  removal: z.output<typeof MentionRemoval>,
): Promise<z.output<typeof RemovalOrdered>> => {
  await ctx.commands.sendEach(ctx, RemoveMentions, [{ org_id: ctx.org_id, id: ctx.ids.uuid(), data: removal }]);
  return { mentions: removal.mentions.length, persons: removal.persons.length, status: "ordered" };
};
