import { createHash, randomBytes } from "node:crypto";
import type { Ids } from "./context.ts";

const RANDOM_BYTES = 8;
const COUNTER_MAX = 0xfff;

/** RFC 9562 layout: 48 bits of time, version 7, a 12-bit counter, the variant, 62 random bits. */
const layOut = (ms: number, counter: number, random: Uint8Array): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.set(random.subarray(0, RANDOM_BYTES), 8);
  return withVariant(bytes);
};

const withVariant = (bytes: Buffer): string => {
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** UUIDs of version 7 that ascend within one source, also within one millisecond and when the clock steps back. */
const ascending = (now: () => number, random: () => Uint8Array): (() => string) => {
  let ms = 0;
  let counter = 0;
  return () => {
    const time = now();
    if (time > ms) [ms, counter] = [time, 0];
    else if (counter < COUNTER_MAX) counter += 1;
    else [ms, counter] = [ms + 1, 0];
    return layOut(ms, counter, random());
  };
};

const secret = (): string => randomBytes(32).toString("base64url");

export const systemIds: Ids = {
  uuid: ascending(
    () => Date.now(),
    () => randomBytes(RANDOM_BYTES),
  ),
  secret,
};

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The greatest UUID of version 7 of a millisecond: the end of a range over ids that sort by time. */
export const lastIdAt = (time: Date): string => layOut(time.getTime(), COUNTER_MAX, new Uint8Array(RANDOM_BYTES).fill(0xff));

/** The time in a UUID of version 7, in milliseconds since 1970. */
export const timeOf = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);

/**
 * The same ids again for the same seed, itself a UUID of version 7 whose time they carry: a request that is repeated
 * after a crash makes the same items. Secrets are never derived: whoever reads the seed must not know them.
 */
export const idsFrom = (seed: string): Ids => {
  let drawn = 0;
  const time = timeOf(seed);
  return {
    uuid: ascending(
      () => time,
      () => digest(`${seed}\n${drawn++}`),
    ),
    secret,
  };
};

/** The one UUID (version 8) of a name: the id of something that must be made once, whoever makes it. */
export const uuidOf = (name: string): string => {
  const bytes = digest(name).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  return withVariant(bytes);
};
