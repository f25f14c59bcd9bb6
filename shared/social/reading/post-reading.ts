import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

/**
 * What came of the last look at the network: figures were read, it shows the post and tells none, it does not show the
 * post (any more), or it refuses to tell for a reason of its own. `waiting` before the first look, `ended` for a post that
 * was deleted here.
 */
export const ReadingOutcome = z.enum(["waiting", "read", "silent", "not_shown", "refused", "ended"]);
export type ReadingOutcome = z.output<typeof ReadingOutcome>;

/** When a published post is read from its network, and what came of it the last time. README, Readings. */
export const PostReading = entity(social, "PostReading", {
  fields: () => ({
    org_id: id,
    post_id: id,
    account_id: id,
    platform: PlatformName,
    platform_post_id: z.string().max(100),
    published_at: timestamp,
    is_story: z.boolean().default(false),
    /** A video that is no story is a reel to Instagram. */
    is_reel: z.boolean().default(false),
    /** When it is read next; absent when it is not read any more. */
    due_at: timestamp.optional(),
    /** When it was looked at last. */
    read_at: timestamp.optional(),
    outcome: ReadingOutcome.default("waiting"),
    /** The network's words, where it refused. */
    detail: z.string().max(500).optional(),
  }),
  key: ["{org_id}#RD#{post_id}", "RD"],
  indexes: { due: { on: "gsi4", pk: "{org_id}#RDUE#{account_id}", sk: "{due_at}#{post_id}" } },
  hidden: ["is_story", "is_reel"],
});
export type PostReading = Item<typeof PostReading>;
