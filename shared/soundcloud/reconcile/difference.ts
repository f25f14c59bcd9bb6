import * as z from "zod";

/** A number or a list that is kept on write and is not what its raw items say. */
export const Difference = z.object({
  /** What was compared: `wallet.balance`, `member.genre_pairs`. */
  check: z.string(),
  /** The item that keeps it: a member's id, a queue's date, the org's id. */
  subject: z.string(),
  stored: z.json(),
  computed: z.json(),
});
export type Difference = z.output<typeof Difference>;

type Value = string | number | readonly string[] | null;

/** The fields of which the stored value is not the computed one; lists are compared as sets. */
export const compare = (entity: string, subject: string, stored: Readonly<Record<string, Value>>, computed: Readonly<Record<string, Value>>): Difference[] =>
  Object.keys(computed).flatMap((field) => {
    const [was, is] = [normal(stored[field] ?? null), normal(computed[field] ?? null)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ check: `${entity}.${field}`, subject, stored: was, computed: is }];
  });

const normal = (value: Value): string | number | string[] | null => (Array.isArray(value) ? (value as string[]).toSorted() : (value as string | number | null));
