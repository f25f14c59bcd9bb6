import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { EngagementEvent } from "../engagement/engagement-event.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export const CONTENT_TYPE = "application/gzip";

/** Events of one post, sorted by id. */
export interface Sliced {
  readonly post_id: string;
  readonly events: readonly EngagementEvent[];
}

interface PackedSlice {
  readonly post_id: string;
  readonly last: string;
  readonly from: number;
  readonly length: number;
  readonly events: number;
  readonly sha256: string;
}

/** An object of the archive and what is in it. */
export interface Packed {
  readonly bytes: Buffer;
  readonly slices: readonly PackedSlice[];
  readonly events: number;
  readonly sha256: string;
}

export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Events as lines of JSON. Every field of an event is in its line, so that it can be stored again as it was. */
export const linesOf = (events: readonly EngagementEvent[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");

/**
 * Packs slices one behind the other. Each is a gzip member of its own, so that one can be unpacked without the others; the
 * members together are one gzip file of all the lines. Equal events give equal bytes.
 */
export const packed = async (slices: readonly Sliced[]): Promise<Packed> => {
  const members: Buffer[] = [];
  const made: PackedSlice[] = [];
  const whole = createHash("sha256");
  let from = 0;
  for (const { post_id, events } of slices) {
    const lines = linesOf(events);
    const member = await pack(lines);
    made.push({ post_id, last: events.at(-1)!.id, from, length: member.length, events: events.length, sha256: sha256(lines) });
    members.push(member);
    whole.update(lines);
    from += member.length;
  }
  return { bytes: Buffer.concat(members), slices: made, events: made.reduce((sum, { events }) => sum + events, 0), sha256: whole.digest("hex") };
};

/** What bytes of the archive hold, and why that is not what was stored there; undefined for `fault` means that it is. */
export interface Unpacked {
  readonly events: readonly EngagementEvent[];
  readonly fault?: string;
}

/** Unpacks an object or a slice of one, and holds it against what was noted of it when it was made. */
export const unpacked = async (bytes: Buffer, noted: { readonly events: number; readonly sha256: string; readonly shape: number }): Promise<Unpacked> => {
  const lines = await unpack(bytes).catch((error: unknown) => error as Error);
  if (lines instanceof Error) return { events: [], fault: `cannot be unpacked: ${lines.message}` };
  if (sha256(lines) !== noted.sha256) return { events: [], fault: "has another checksum than what was copied" };
  const events = lines
    .toString("utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => EngagementEvent.load({ ...(JSON.parse(line) as object), ...(noted.shape > 0 ? { _v: noted.shape } : {}) }));
  return events.length === noted.events ? { events } : { events: [], fault: `has ${events.length} events instead of ${noted.events}` };
};
