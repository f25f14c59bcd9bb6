const DIGITS = 6;
/** Of a checksum, in a name. */
const NAMED = 16;

interface OfMonth {
  readonly org_id: string;
  readonly month: string;
}

/** Below it lie all objects of a month. */
export const monthPrefix = ({ org_id, month }: OfMonth): string => `${org_id}/archive/engagement-events/${month}/`;

/** Named after its content: a repeat stores the same object under the same name, and two runs that differ do not overwrite each other. */
export const partKey = (
  { copy, part, ...month }: OfMonth & { readonly copy: number; readonly part: number },
  { sha256 }: { readonly sha256: string },
): string => `${monthPrefix(month)}${copy}/${String(part).padStart(DIGITS, "0")}-${sha256.slice(0, NAMED)}.ndjson.gz`;

export const manifestKey = ({ copy, ...month }: OfMonth & { readonly copy: number }): string => `${monthPrefix(month)}${copy}/manifest.json`;

/** The copy to which an object of a month belongs, by its key. */
export const copyOf = (month: OfMonth, object_key: string): number => Number.parseInt(object_key.slice(monthPrefix(month).length), 10);
