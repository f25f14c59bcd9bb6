import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

const count = z.int().default(0);

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Hour = `${0 | 1}${Digit}` | `2${0 | 1 | 2 | 3}`;

/** The counters of one hour by their short names in storage: `l14` is the likes from 14:00 to 15:00 UTC. */
const hourly = <const L extends string>(letter: L): { [K in `${L}${Hour}`]: z.ZodOptional<z.ZodInt> } =>
  Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [`${letter}${String(hour).padStart(2, "0")}`, z.int().optional()])) as never;

/**
 * What was counted of one post on one UTC day, in all and by the hour; a hot post has several for one day, which are
 * summed on read. Counts are increments of that day, not totals. README, Engagement.
 */
export const PostDay = entity(social, "PostDay", {
  fields: () => ({
    org_id: id,
    post_id: id,
    day: date,
    shard: z.int().min(0).max(15).default(0),
    likes: count,
    comments: count,
    shares: count,
    saves: count,
    views: count,
    ...hourly("l"),
    ...hourly("c"),
    ...hourly("s"),
    ...hourly("v"),
    ...hourly("k"),
  }),
  key: ["{org_id}#H#{post_id}", "{day}#{shard}"],
});
export type PostDay = Item<typeof PostDay>;
