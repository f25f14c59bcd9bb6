import { inParallel } from "../../kernel/queue/parallel.ts";
import { nameKey } from "../party/name-key.ts";
import { Client } from "../party/client.ts";
import { Salesperson } from "../party/salesperson.ts";
import { Submission } from "../submission/submission.ts";
import { type Taxonomy, loadTaxonomy } from "../taxonomy/taxonomy.ts";
import { type CampaignColumn, type CampaignDraft, campaignLayout, campaignRow } from "./campaign-row.ts";
import type { Candidate, ImportCtx, ImportKind, Made, Origin } from "./import-kind.ts";
import type { Import } from "./import.ts";
import { ImportedTrack, digestOf } from "./imported-track.ts";
import { nameBook } from "./name-book.ts";
import { type Warning, warning } from "../../kernel/import/outcome.ts";

const AT_ONCE = 10;
/** The submission with its unique row, the mark that it was imported, and the row's outcome. */
const WRITES_OF_A_ROW = 4;
/** A new client or salesperson with its unique row. */
const WRITES_OF_A_NAME = 2;

/** The draft's genre as the org's own taxonomy has it; a family that the org does not have is a warning. */
const genreOf = ({ families, subgenres }: Taxonomy, draft: CampaignDraft): { genre_pairs: string[]; warnings: Warning[] } => {
  if (draft.genre_family === undefined) return { genre_pairs: [], warnings: [] };
  const named =
    (name: string | undefined) =>
    (one: { name_key: string }): boolean =>
      name !== undefined && one.name_key === nameKey(name);
  const family = [...families.values()].find(named(draft.genre_family));
  if (!family) return { genre_pairs: [], warnings: [warning("genre", draft.genre_family, "genre_not_in_taxonomy")] };
  const subgenre = subgenres.filter((one) => one.family_id === family.id).find(named(draft.subgenre));
  return { genre_pairs: [`${family.id}/${subgenre?.id ?? "-"}`], warnings: [] };
};

const dayOf = (timestamp: string): string => timestamp.slice(0, 10);
const midnight = (date: string): string => `${date}T00:00:00.000Z`;

/**
 * Where the submission stands. Closed campaigns stay closed; an address that names no track is flagged; demand begins
 * with the import. README, Imports.
 */
const standing = (draft: CampaignDraft, imported_at: string): Partial<Submission> => {
  const closed_on = draft.end_date !== undefined && draft.end_date < dayOf(imported_at) ? midnight(draft.end_date) : imported_at;
  const closed = draft.state === "closed" ? { closed_at: closed_on } : {};
  if (draft.needs_track) return { status: "qa_flag", qa_reason: `needs_track: the address is a ${draft.track_kind}, not a track`, ...closed };
  if (draft.state === "pending") return { status: "pending" };
  const wanted = draft.state === "approved" && draft.service_type === "repost_network";
  return { status: "approved", decided_at: imported_at, ...closed, ...(wanted ? { demand_since: dayOf(imported_at) } : {}) };
};

/** SoundCloud's names have no case, but for the codes of short links; rows are told apart by their own spelling all the same. */
const trackKeyOf = ({ track_kind, track_url }: CampaignDraft): string => (track_kind === "short" ? track_url : track_url.toLowerCase());

const sealToken = async (ctx: ImportCtx, id: string, token: string | undefined): Promise<{ secret_token?: string }> =>
  token === undefined ? {} : { secret_token: await ctx.vault.seal(ctx, token, { org_id: ctx.org_id, entity: "Submission", id, field: "secret_token" }) };

/** Unique while the submission is neither rejected nor closed, in the same form as for one made by hand. */
const dedupeKeyOf = (draft: CampaignDraft, client_id: string): string => `${client_id}#${draft.url_key}`;

const clientBook = (ctx: ImportCtx, import_id: string) =>
  nameBook<CampaignDraft>(
    (name_key) => Client.by.name(ctx, { org_id: ctx.org_id, name_key }),
    ({ client_name, client_key, emails }) => {
      const client = Client.draft(ctx, { org_id: ctx.org_id, name: client_name, name_key: client_key, emails: [...emails], import_id });
      return { id: client.id, writes: Client.writes.put(ctx, client) };
    },
  );

const salespersonBook = (ctx: ImportCtx, import_id: string) =>
  nameBook<{ name: string; name_key: string }>(
    (name_key) => Salesperson.by.name(ctx, { org_id: ctx.org_id, name_key }),
    (person) => {
      const made = Salesperson.draft(ctx, { org_id: ctx.org_id, ...person, import_id });
      return { id: made.id, writes: Salesperson.writes.put(ctx, made) };
    },
  );

const openCampaigns = async (ctx: ImportCtx, run: Import) => {
  const { org_id } = ctx;
  const imported_at = run.started_at ?? ctx.clock.now().toISOString();
  const taxonomy = await loadTaxonomy(ctx);
  const clients = clientBook(ctx, run.id);
  const salespersons = salespersonBook(ctx, run.id);

  const importedBefore = async (rows: readonly Candidate<CampaignDraft>[]): Promise<Map<string, Origin>> => {
    const keys = new Map(rows.flatMap(({ verdict }) => verdict.duplicate_keys.map((key) => [digestOf(key), key] as const)));
    const marks = await ImportedTrack.getMany(
      ctx,
      [...keys.keys()].map((digest) => ({ org_id, digest })),
      { consistent: true },
    );
    return new Map(marks.map(({ digest, submission_id, import_id, row }) => [keys.get(digest)!, { refs: { submission_id }, import_id, row }]));
  };
  /** A submission of the same track that somebody made by hand: so seldom that it is looked for only when it was in the way. */
  const madeByHand = async ({ verdict: { draft } }: Candidate<CampaignDraft>): Promise<Origin | undefined> => {
    const client_id = clients.idOf(draft.client_key);
    const found = client_id === undefined ? undefined : await Submission.by.track(ctx, { org_id, dedupe_key: dedupeKeyOf(draft, client_id) });
    return found && { refs: { submission_id: found.id } };
  };

  return {
    sizer: () => {
      const names = new Set<string>();
      const costOf = (name: string | undefined, isKnown: boolean): number => {
        if (name === undefined || isKnown || names.has(name)) return 0;
        names.add(name);
        return WRITES_OF_A_NAME;
      };
      return ({ client_key, salesperson_key }: CampaignDraft) =>
        WRITES_OF_A_ROW +
        costOf(`client ${client_key}`, clients.isKnown(client_key)) +
        (salesperson_key === undefined ? 0 : costOf(`salesperson ${salesperson_key}`, salespersons.isKnown(salesperson_key)));
    },
    prepare: async (rows: readonly Candidate<CampaignDraft>[], isAgain: boolean) => {
      const taken = await importedBefore(rows);
      const fresh = rows.filter(({ verdict }) => !verdict.duplicate_keys.some((key) => taken.has(key)));
      const drafts = fresh.map(({ verdict }) => verdict.draft);
      await Promise.all([clients.load(drafts.map((draft) => draft.client_key)), salespersons.load(drafts.flatMap((draft) => draft.salesperson_key ?? []))]);
      await inParallel(isAgain ? fresh : [], AT_ONCE, async (row) => {
        const found = await madeByHand(row);
        if (found) for (const key of row.verdict.duplicate_keys) taken.set(key, found);
      });
      return taken;
    },
    make: async ({ row, verdict: { draft, duplicate_keys } }: Candidate<CampaignDraft>): Promise<Made> => {
      const { salesperson_name, salesperson_key } = draft;
      const client = clients.take(draft.client_key, draft);
      const salesperson =
        salesperson_name === undefined || salesperson_key === undefined
          ? undefined
          : salespersons.take(salesperson_key, { name: salesperson_name, name_key: salesperson_key });
      const { genre_pairs, warnings } = genreOf(taxonomy, draft);
      const id = ctx.ids.uuid();
      const submitted_at = draft.submit_date === undefined ? imported_at : midnight(draft.submit_date);
      const refs = { submission_id: id, client_id: client.id, ...(salesperson ? { salesperson_id: salesperson.id } : {}) };
      const submission = Submission.draft(ctx, {
        org_id,
        id,
        client_id: client.id,
        party_id: client.id,
        ...(salesperson ? { salesperson_id: salesperson.id } : {}),
        track_url: draft.track_url,
        track_kind: draft.track_kind,
        track_key: trackKeyOf(draft),
        artist_key: draft.user?.toLowerCase() ?? "",
        ...(draft.state === "closed" ? {} : { dedupe_key: dedupeKeyOf(draft, client.id) }),
        track_title: draft.track_title,
        artist_name: draft.artist_name,
        ...(await sealToken(ctx, id, draft.secret_token)),
        family: draft.genre_family,
        subgenres: draft.subgenre === undefined ? [] : [draft.subgenre],
        genre_pairs,
        ...standing(draft, imported_at),
        submitted_at,
        submitted_month: submitted_at.slice(0, 7),
        service_type: draft.service_type,
        goal_plays: draft.goal_plays,
        price_usd: draft.price_usd,
        start_date: draft.start_date,
        end_date: draft.end_date,
        source_status: draft.source_status,
        notes: draft.notes,
        contact_emails: [...draft.emails],
        import_id: run.id,
        import_row: row,
      });
      clients.keep(draft.client_key, client.id);
      if (salesperson && salesperson_key !== undefined) salespersons.keep(salesperson_key, salesperson.id);
      const marks = duplicate_keys.flatMap((key) =>
        ImportedTrack.writes.create(ctx, { org_id, digest: digestOf(key), submission_id: id, import_id: run.id, row }),
      );
      return { writes: [...client.writes, ...(salesperson?.writes ?? []), ...Submission.writes.put(ctx, submission), ...marks], refs, warnings };
    },
    settle: () => {
      clients.settle();
      salespersons.settle();
    },
  };
};

/** Rows become submissions of clients; clients and salespersons are made where they are missing. */
export const campaignImport: ImportKind<CampaignColumn, CampaignDraft> = {
  layout: campaignLayout,
  rules: campaignRow,
  shown: ({ secret_token: _, url_key: __, notes: ___, ...values }) => values,
  open: openCampaigns,
};
