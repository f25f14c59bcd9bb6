import { type TrackUrl, findTrackUrl } from "../track-url.ts";
import type { Layout } from "../../kernel/import/columns.ts";
import { findGenre } from "./genres.ts";
import { type Verdict, type Warning, refused, warning } from "../../kernel/import/outcome.ts";
import { clean, cut, isNothing, oneLine, readCount, readEmails, splitList, visible, word } from "./values.ts";

export type MemberColumn = "name" | "emails" | "soundcloud_url" | "soundcloud_handle" | "spotify_handle" | "followers" | "genres" | "status" | "genre_notes";
export type MemberRecord = Readonly<Record<MemberColumn, string>>;

/** A list of artists and supporters of the network. */
export const memberLayout: Layout<MemberColumn> = {
  required: ["name"],
  headings: {
    name: ["Name", "Member", "Member Name", "Artist", "Artist Name"],
    emails: ["Emails", "Email", "Email Address", "Primary Email"],
    soundcloud_url: ["SoundCloud URL", "SoundCloud", "SoundCloud Link", "Profile URL", "URL"],
    soundcloud_handle: ["SoundCloud Handle", "Handle", "Username"],
    spotify_handle: ["Spotify Handle", "Spotify"],
    followers: ["SoundCloud Followers", "Followers", "Follower Count"],
    genres: ["Genres", "Genre", "Manual Genres"],
    status: ["Status"],
    genre_notes: ["Genre Notes", "Notes"],
  },
};

export interface MemberGenreDraft {
  family: string;
  subgenre?: string;
}

export interface MemberDraft {
  name: string;
  /** Lower case, each once; the first is the primary address. */
  emails: readonly string[];
  primary_email?: string;
  /** Lower case. */
  soundcloud_handle?: string;
  soundcloud_url?: string;
  spotify_handle?: string;
  /** As the file says; the account itself is the truth once it is linked. */
  soundcloud_followers: number;
  genres: readonly MemberGenreDraft[];
  /** Genres that the import does not know, as written. */
  manual_genres: readonly string[];
  status: "active" | "needs_reconnect";
  genre_notes?: string;
}

const MAX_NAME = 200;
const MAX_EMAILS = 5;
const MAX_GENRES = 20;
const MAX_NOTES = 2_000;
const HANDLE = /^[a-z0-9_-]{1,255}$/;

interface Channel {
  handle?: string;
  fault?: { column: MemberColumn; code: string };
}

const handleOf = (url: TrackUrl | undefined): string | undefined => url?.user?.toLowerCase();

/** The channel from its address or, without one, from its handle; either cell may hold either form. */
const readChannel = (row: MemberRecord): Channel => {
  for (const column of ["soundcloud_url", "soundcloud_handle"] as const) {
    if (isNothing(row[column])) continue;
    const bare = word(row[column]).replace(/^@/, "");
    const handle = handleOf(findTrackUrl(visible(row[column]))) ?? (HANDLE.test(bare) ? bare : undefined);
    if (handle === undefined || !HANDLE.test(handle)) return { fault: { column, code: "invalid_handle" } };
    return { handle };
  }
  return {};
};

/** Whole cells first, because a genre may hold a slash; then the parts between commas, semicolons, bars, slashes and lines. */
const readGenres = (cell: string): { genres: MemberGenreDraft[]; unknown: string[] } => {
  const genres = new Map<string, MemberGenreDraft>();
  const unknown = new Set<string>();
  for (const part of splitList(cell, /[,;|\n]/).flatMap((text) => (findGenre(text) ? [text] : text.split("/")))) {
    const genre = findGenre(part);
    if (genre) genres.set(`${genre.family}/${genre.subgenre ?? ""}`, genre);
    else if (!isNothing(part)) unknown.add(cut(oneLine(part), 100));
  }
  return { genres: [...genres.values()].slice(0, MAX_GENRES), unknown: [...unknown].slice(0, MAX_GENRES) };
};

const readStatus = (cell: string): MemberDraft["status"] | undefined => {
  const text = word(cell).replace(/[\s_-]+/g, " ");
  if (text === "needs reconnect") return "needs_reconnect";
  return text === "active" || isNothing(cell) ? "active" : undefined;
};

const draftOf = (row: MemberRecord, handle: string | undefined, emails: readonly string[]): { draft: MemberDraft; warnings: Warning[] } => {
  const warnings: Warning[] = [];
  const note = (column: MemberColumn, code: string | undefined): void => {
    if (code !== undefined) warnings.push(warning(column, row[column], code));
  };
  const followers = readCount(row.followers, "unreadable_followers");
  const { genres, unknown } = readGenres(row.genres);
  const status = readStatus(row.status);
  const spotify = oneLine(row.spotify_handle);
  const notes = clean(row.genre_notes);
  note("emails", readEmails(row.emails, MAX_EMAILS).fault);
  note("followers", followers.fault);
  note("genres", unknown.length > 0 ? "unknown_genre" : undefined);
  note("status", status === undefined ? "unknown_status" : undefined);
  note("spotify_handle", spotify.length > MAX_NAME ? "truncated" : undefined);
  note("genre_notes", notes.length > MAX_NOTES ? "truncated" : undefined);
  const draft: MemberDraft = {
    name: oneLine(row.name),
    emails,
    primary_email: emails[0],
    soundcloud_handle: handle,
    soundcloud_url: handle === undefined ? undefined : `https://soundcloud.com/${handle}`,
    spotify_handle: isNothing(spotify) ? undefined : cut(spotify, MAX_NAME),
    soundcloud_followers: followers.value ?? 0,
    genres,
    manual_genres: unknown,
    status: status ?? "active",
    genre_notes: notes === "" ? undefined : cut(notes, MAX_NOTES),
  };
  return { draft, warnings };
};

/**
 * Reads one row of a member list. Reasons, all errors but the first: `empty_row` (skipped), `missing_name`, `name_too_long`,
 * `invalid_handle`, `invalid_email` (the cell holds text and no address), `missing_contact` (neither channel nor address).
 * The caller decides on duplicates: a member with the same handle or one of the same addresses exists, or came earlier in the file.
 */
export const memberRow = (row: MemberRecord): Verdict<MemberDraft> => {
  if (Object.values(row).every((cell) => clean(cell) === "")) return refused("skipped", "empty_row");
  const name = oneLine(row.name);
  if (isNothing(name)) return refused("error", "missing_name", { column: "name", value: row.name });
  if (name.length > MAX_NAME) return refused("error", "name_too_long", { column: "name", value: name });
  const { handle, fault } = readChannel(row);
  if (fault) return refused("error", fault.code, { column: fault.column, value: row[fault.column] });
  const emails = readEmails(row.emails, MAX_EMAILS).value;
  if (emails.length === 0 && !isNothing(row.emails)) return refused("error", "invalid_email", { column: "emails", value: row.emails });
  if (handle === undefined && emails.length === 0) return refused("error", "missing_contact", { column: "soundcloud_url" });
  const { draft, warnings } = draftOf(row, handle, emails);
  const duplicate_keys = [...(handle === undefined ? [] : [`handle\n${handle}`]), ...emails.map((email) => `email\n${email}`)];
  return { outcome: "imported", reason: null, draft, duplicate_keys, warnings, flags: [] };
};
