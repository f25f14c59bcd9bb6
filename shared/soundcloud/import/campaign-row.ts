import { createHash } from "node:crypto";
import { nameKey } from "../party/name-key.ts";
import { type FoundTrackUrl, type TrackUrlKind, findTrackUrl } from "../track-url.ts";
import type { Layout } from "../../kernel/import/columns.ts";
import { readDate } from "./dates.ts";
import { findGenre } from "./genres.ts";
import { type Refused, type Verdict, type Warning, refused, warning } from "../../kernel/import/outcome.ts";
import { titleOf } from "./titles.ts";
import { type Reading, clean, cut, isNothing, oneLine, readCount, readEmails, readPrice, visible, word } from "./values.ts";

export type CampaignColumn =
  | "track_info"
  | "track_url"
  | "client"
  | "client_email"
  | "service_type"
  | "genre"
  | "goal"
  | "status"
  | "submit_date"
  | "start_date"
  | "end_date"
  | "salesperson"
  | "sale_price"
  | "notes";
export type CampaignRecord = Readonly<Record<CampaignColumn, string>>;

/** The export of campaigns from the operations sheet. */
export const campaignLayout: Layout<CampaignColumn> = {
  required: ["track_url", "client"],
  headings: {
    track_info: ["Track Info"],
    track_url: ["Track URL", "Track Link", "SoundCloud URL"],
    client: ["Client", "Client Name"],
    client_email: ["Client Email", "Client Emails", "Email", "Emails"],
    service_type: ["Service Type", "Service"],
    genre: ["Genre"],
    goal: ["Goal", "Goal Plays"],
    status: ["Status"],
    submit_date: ["Submit Date", "Submitted", "Submitted At"],
    start_date: ["Start Date"],
    end_date: ["End Date"],
    salesperson: ["Salesperson"],
    sale_price: ["Sale Price", "Price", "Price USD"],
    notes: ["Notes"],
  },
};

export type ServiceType = "roster_placement" | "repost_network" | "playlist_placement";
export type CampaignState = "approved" | "pending" | "closed";

/** What a row becomes. Names, titles and notes are NFC without control characters; dates are `YYYY-MM-DD`. */
export interface CampaignDraft {
  /** Canonical and case-sensitive, without the secret token. */
  track_url: string;
  track_kind: TrackUrlKind;
  /** Opens the private track: to be sealed. */
  secret_token?: string;
  /** A set, an account or a short link: to be resolved to a track before work starts. */
  needs_track: boolean;
  /** Account and track in the address, where it names them. */
  user?: string;
  slug?: string;
  /** Equality of addresses. Holds a digest where the path holds a secret token. */
  url_key: string;
  track_title?: string;
  artist_name?: string;
  client_name: string;
  client_key: string;
  emails: readonly string[];
  salesperson_name?: string;
  salesperson_key?: string;
  service_type?: ServiceType;
  genre_family?: string;
  subgenre?: string;
  goal_plays?: number;
  /** Decimal with two places. */
  price_usd?: string;
  submit_date?: string;
  start_date?: string;
  end_date?: string;
  /** The status as it stood, and what it means here. */
  source_status?: string;
  state: CampaignState;
  notes?: string;
}

const NO_URL = new Set(["", "n/a", "tbd", "-", "none", "pending"]);
const SERVICE_TYPES: ReadonlyMap<string, ServiceType> = new Map([
  ["submit to roster", "roster_placement"],
  ["repost network", "repost_network"],
  ["plays playlist", "playlist_placement"],
]);
const STATES: ReadonlyMap<string, CampaignState> = new Map([
  ["ready", "approved"],
  ["active", "approved"],
  ["pending", "pending"],
  ["on hold", "pending"],
  ["", "pending"],
  ["complete", "closed"],
  ["completed", "closed"],
  ["cancelled", "closed"],
  ["canceled", "closed"],
]);
const MAX_URL = 1_000;
const MAX_NAME = 200;
const MAX_TITLE = 300;
const MAX_NOTES = 5_000;
const MAX_STATUS = 100;
const MAX_EMAILS = 20;

/** The whole word at the start: `Testament Sounds` and `latest draft` are real rows. */
const beginsAsTest = (cell: string): boolean => /^(test|draft)(?![\p{L}\p{N}\p{M}_])/iu.test(clean(cell));

const testOrDraft = (row: CampaignRecord): { column: CampaignColumn; flag: string } | undefined => {
  if (["draft", "test"].includes(word(row.status))) return { column: "status", flag: "by_status" };
  if (beginsAsTest(row.client)) return { column: "client", flag: "by_client" };
  if (beginsAsTest(row.notes)) return { column: "notes", flag: "by_notes" };
  return undefined;
};

const isEmptyRow = (row: CampaignRecord): boolean => Object.values(row).every((cell) => clean(cell) === "");

const noTrackUrl = (row: CampaignRecord): Refused => {
  const cell = { column: "track_url", value: row.track_url };
  if (NO_URL.has(word(row.track_url))) {
    return refused("skipped", "missing_track_url", { ...cell, flags: isEmptyRow(row) ? ["all_cells_empty"] : [] });
  }
  const flags = /soundcloud\.com/i.test(row.track_url) ? ["contains_soundcloud.com_but_other_host"] : [];
  return refused("skipped", "non_soundcloud_url", { ...cell, flags });
};

/** A row that no rule refuses and that yet cannot be stored. */
const unstorable = (row: CampaignRecord, found: FoundTrackUrl): Refused | undefined => {
  if (found.track_url.length > MAX_URL) return refused("error", "track_url_too_long", { column: "track_url" });
  const client = oneLine(row.client);
  if (client === "") return refused("error", "missing_client", { column: "client" });
  return client.length > MAX_NAME ? refused("error", "client_too_long", { column: "client", value: client }) : undefined;
};

/** The address as it counts for equality; a secret token in the path counts by its digest, so that keys can be stored and logged. */
const urlKey = (found: FoundTrackUrl): string =>
  found.path_with_token === found.track_url
    ? found.track_url
    : `${found.track_url}#${createHash("sha256").update(found.path_with_token).digest("hex").slice(0, 32)}`;

/** Reads cells one by one and notes a warning for each that does not come through whole. */
const createReader = (row: CampaignRecord) => {
  const warnings: Warning[] = [];
  const note = (column: CampaignColumn, fault: string | undefined): void => {
    if (fault !== undefined) warnings.push(warning(column, row[column], fault));
  };
  return {
    warnings,
    note,
    read<T>(column: CampaignColumn, reading: Reading<T>): T | undefined {
      note(column, reading.fault);
      return reading.value;
    },
    text(column: CampaignColumn, text: string | undefined, length: number): string | undefined {
      if (text === undefined || text === "") return undefined;
      if (text.length > length) note(column, "truncated");
      return cut(text, length);
    },
  };
};

const inList = <T>(list: ReadonlyMap<string, T>, cell: string, fault: string): Reading<T> => {
  const value = list.get(word(cell));
  return value === undefined ? (isNothing(cell) ? {} : { fault }) : { value };
};

const readGenre = (cell: string): Reading<{ family: string; subgenre?: string }> => {
  const value = findGenre(cell);
  return value ? { value } : isNothing(cell) ? {} : { fault: "unknown_genre" };
};

const draftOf = (row: CampaignRecord, found: FoundTrackUrl): { draft: CampaignDraft; warnings: Warning[] } => {
  const { warnings, note, read, text } = createReader(row);
  const title = titleOf(found, row.track_info);
  const genre = read("genre", readGenre(row.genre));
  const salesperson = text("salesperson", oneLine(row.salesperson), MAX_NAME);
  const start = read("start_date", readDate(row.start_date));
  const end = read("end_date", readDate(row.end_date));
  if (start !== undefined && end !== undefined && end < start) note("end_date", "end_before_start");
  const client = oneLine(row.client);
  const draft: CampaignDraft = {
    track_url: found.track_url,
    track_kind: found.kind,
    secret_token: found.secret_token,
    needs_track: found.kind !== "track" && found.kind !== "private",
    user: found.user,
    slug: found.slug,
    url_key: urlKey(found),
    track_title: text("track_info", title.track_title, MAX_TITLE),
    artist_name: title.artist_name === undefined ? undefined : cut(title.artist_name, MAX_TITLE),
    client_name: client,
    client_key: nameKey(client),
    emails: read("client_email", readEmails(row.client_email, MAX_EMAILS)) ?? [],
    salesperson_name: salesperson,
    salesperson_key: salesperson === undefined ? undefined : nameKey(salesperson),
    service_type: read("service_type", inList(SERVICE_TYPES, row.service_type, "unknown_service_type")),
    genre_family: genre?.family,
    subgenre: genre?.subgenre,
    goal_plays: read("goal", readCount(row.goal, "unreadable_goal")),
    price_usd: read("sale_price", readPrice(row.sale_price)),
    submit_date: read("submit_date", readDate(row.submit_date)),
    start_date: start,
    end_date: end,
    source_status: text("status", oneLine(row.status), MAX_STATUS),
    state: read("status", inList(STATES, row.status, "unknown_status")) ?? "pending",
    notes: text("notes", clean(row.notes), MAX_NOTES),
  };
  return { draft, warnings };
};

/**
 * Applies the rules of the campaign import to one row, in order: an address is there, it is on SoundCloud, the row is no test.
 * Reasons: `missing_track_url`, `non_soundcloud_url`, `test_or_draft` (skipped); `missing_client`, `client_too_long`,
 * `track_url_too_long` (error). A value that cannot be read is a warning and never a reason to drop the row.
 * The last rule is the caller's: the row is a duplicate when an imported row has its `url_key` and its `client_key`.
 */
export const campaignRow = (row: CampaignRecord): Verdict<CampaignDraft> => {
  const found = NO_URL.has(word(row.track_url)) ? undefined : findTrackUrl(visible(row.track_url));
  if (!found) return noTrackUrl(row);
  const test = testOrDraft(row);
  if (test) return refused("skipped", "test_or_draft", { column: test.column, value: row[test.column], flags: [...found.forms, test.flag] });
  const error = unstorable(row, found);
  if (error) return error;
  const { draft, warnings } = draftOf(row, found);
  const duplicate_keys = [`${draft.url_key}\n${draft.client_key}`];
  return { outcome: "imported", reason: null, draft, duplicate_keys, warnings, flags: found.forms };
};
