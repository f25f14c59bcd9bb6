import * as z from "zod";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** Characters of a digest: 72 bits, of which a million persons share none but once in ten thousand million times. */
const DIGEST = 12;
/** Digests of one item, which stays below DynamoDB's 400 KB. */
const MOST_DIGESTS = 25_000;

/** Persons that a count has met before it went on in another message, by digest. README, Conversion rate. */
export const SeenPersons = entity(social, "SeenPersons", {
  fields: () => ({
    org_id: id,
    date,
    /** The post up to which the message had counted that left them. */
    until: id,
    part: z.int().min(0).max(9_999),
    /** One after the other. */
    digests: z.string().max(MOST_DIGESTS * DIGEST),
    expires_at: z.int(),
  }),
  key: ["{org_id}#SEEN#{date}", "{until}#{part:4}"],
  ttl: ({ expires_at }) => expires_at,
});
export type SeenPersons = Item<typeof SeenPersons>;

/** Stands for a person of a network. */
export const digestOf = (platform: string, platform_user_id: string): string =>
  Buffer.from(sha256(`${platform}/${platform_user_id}`), "hex")
    .toString("base64url")
    .slice(0, DIGEST);

/** Digests as items hold them. */
export const packed = (digests: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(digests.length / MOST_DIGESTS) }, (_, part) => digests.slice(part * MOST_DIGESTS, (part + 1) * MOST_DIGESTS).join(""));

export const unpacked = (digests: string): string[] =>
  Array.from({ length: digests.length / DIGEST }, (_, at) => digests.slice(at * DIGEST, (at + 1) * DIGEST));
