import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import { csvDocument } from "../../kernel/export/csv-document.ts";
import { jsonDocument } from "../../kernel/export/json-document.ts";
import type { List } from "../../kernel/export/list.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { Timed } from "../../kernel/job.ts";
import { conversionList } from "./conversion-list.ts";
import { CONTENT_TYPE, SocialExport } from "./export.ts";
import { giveUpExport } from "./give-up-export.ts";
import { moveExport } from "./move-export.ts";
import { personSections } from "./person-sections.ts";
import { postList } from "./post-list.ts";

type WriteCtx = OrgCtx & Timed & { readonly archive: Archive; readonly files: Files };

const LISTS: Readonly<Record<Exclude<SocialExport["kind"], "person">, List>> = { posts: postList, conversions: conversionList };
/** Records between two notes of how far it is. */
const NOTE_EVERY = 1_000;
/** What is left for storing the last part and the end. */
const STOP_MS = 15_000;

/** For these a repeat would come to the same: the export fails at once. */
const FINAL = new Set(["person_erased", "out_of_time"]);

const outOfTime = (): DomainError => new DomainError("unavailable", "out_of_time", "There is more than one run can write. Ask for help with this one.");

/** Counts records as they go by, notes now and then how many, and ends before the function's time does. */
const counterOf = (ctx: WriteCtx, id: string) => {
  let records = 0;
  async function* counted<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of items) {
      yield item;
      records += 1;
      if (ctx.remaining_ms() < STOP_MS) throw outOfTime();
      if (records % NOTE_EVERY === 0) await SocialExport.patch(ctx, { org_id: ctx.org_id, id }, { records });
    }
  }
  return { counted, count: () => records };
};
type Counted = ReturnType<typeof counterOf>["counted"];

/** The text of the file. Throws DomainError `person_erased`. */
const contentOf = (ctx: WriteCtx, { kind, format, platform, platform_user_id }: SocialExport, counted: Counted): AsyncIterable<string> => {
  const head = { exported_at: ctx.clock.now().toISOString(), kind, org_id: ctx.org_id };
  if (kind === "person") {
    if (platform === undefined || platform_user_id === undefined)
      throw new DomainError("conflict", "person_erased", "The person was erased before the file was written.");
    const person = { platform, platform_user_id };
    const sections = personSections(ctx, person).map(([name, records]) => [name, counted(records)] as const);
    return jsonDocument({ ...head, ...person }, sections);
  }
  const { columns, records } = LISTS[kind];
  return format === "csv" ? csvDocument(columns, counted(records(ctx))) : jsonDocument(head, [[kind, counted(records(ctx))]]);
};

const write = async (ctx: WriteCtx, item: SocialExport): Promise<void> => {
  const { id, file_key, format } = item;
  const now = (): string => ctx.clock.now().toISOString();
  const { counted, count } = counterOf(ctx, id);
  const content = contentOf(ctx, item, counted);
  const begun = await moveExport(ctx, id, ["pending", "failed"], "processing", { started_at: now(), records: 0, errors: [] });
  if (begun !== "processing") return;
  const size = await ctx.files.write(file_key, content, { content_type: CONTENT_TYPE[format] });
  const ended = await moveExport(ctx, id, ["processing"], "completed", { records: count(), size, completed_at: now() });
  // An erasure came between: the file may tell of somebody who is no longer there.
  if (ended === "failed") await ctx.files.remove(file_key);
};

/**
 * Writes an export's file in bounded memory. The file appears whole or not at all, under one name: a run that was
 * interrupted is repeated from the start, and what a repeat writes takes the place of what was there. Done, nothing
 * happens; a person who was erased meanwhile, or more than one run can write, fails it. README, Exports.
 */
export const writeExport = async (ctx: WriteCtx, { export_id }: { export_id: string }): Promise<void> => {
  const item = await SocialExport.get(ctx, { org_id: ctx.org_id, id: export_id }, { consistent: true });
  if (item.status === "completed") return;
  try {
    await write(ctx, item);
  } catch (error) {
    if (!isDomainError(error) || !FINAL.has(error.code)) throw error;
    await giveUpExport(ctx, { export_id }, error);
  }
};
