import type { OrgCtx } from "../context.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { Files } from "../files/files.ts";
import type { Timed } from "../job.ts";
import { csvDocument } from "./csv-document.ts";
import { CONTENT_TYPE, type ExportItem } from "./export-fields.ts";
import type { Exports } from "./exports.ts";
import { type Section, jsonDocument } from "./json-document.ts";
import type { List } from "./list.ts";
import { giveUpExport, moveExport } from "./move-export.ts";
import { OUT_OF_TIME, requireTime } from "./require-time.ts";

type WriteCtx = OrgCtx & Timed & { readonly files: Files };

/** Records between two notes of how far it is. */
const NOTE_EVERY = 1_000;

/** What a platform's file holds, and what is said where it cannot be written. */
export interface Content<E extends ExportItem> {
  /** Of an export about somebody: the head beside the export's own, and its sections. Of a list: the list. Throws DomainError `erased`. */
  of(item: E): Promise<{ readonly about: object; readonly sections: readonly Section[] } | List>;
  /** The code by which `of` tells that a person is gone: a repeat would come to the same. */
  readonly erased: string;
  /** What to do with what one run cannot write. */
  readonly out_of_time: string;
}

/** Counts records as they go by, notes now and then how many, and ends before the function's time does. */
const counterOf = (ctx: WriteCtx, note: (records: number) => Promise<unknown>) => {
  let records = 0;
  async function* counted<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of items) {
      yield item;
      records += 1;
      requireTime(ctx);
      if (records % NOTE_EVERY === 0) await note(records);
    }
  }
  return { counted, count: () => records };
};

/** The text of the file. */
const textOf = async <E extends ExportItem>(
  ctx: WriteCtx,
  item: E,
  { of }: Content<E>,
  counted: ReturnType<typeof counterOf>["counted"],
): Promise<AsyncIterable<string>> => {
  const { kind, format } = item;
  const head = { exported_at: ctx.clock.now().toISOString(), kind, org_id: ctx.org_id };
  const content = await of(item);
  if ("sections" in content)
    return jsonDocument(
      { ...head, ...content.about },
      content.sections.map(([name, records]) => [name, counted(records)] as const),
    );
  const { columns, records } = content;
  return format === "csv" ? csvDocument(columns, counted(records(ctx))) : jsonDocument(head, [[kind, counted(records(ctx))]]);
};

const write = async <E extends ExportItem>(ctx: WriteCtx, exports: Exports<E>, item: E, content: Content<E>): Promise<void> => {
  const { id, file_key, format } = item;
  const now = (): string => ctx.clock.now().toISOString();
  const { counted, count } = counterOf(ctx, (records) => exports.note(ctx, id, records));
  const text = await textOf(ctx, item, content, counted);
  const begun = await moveExport(ctx, exports, id, ["pending", "failed"], "processing", { started_at: now(), records: 0, errors: [] });
  if (begun !== "processing") return;
  const size = await ctx.files.write(file_key, text, { content_type: CONTENT_TYPE[format] });
  const ended = await moveExport(ctx, exports, id, ["processing"], "completed", { records: count(), size, completed_at: now() });
  // An erasure came between: the file may tell of somebody who is no longer there.
  if (ended === "failed") await ctx.files.remove(file_key);
};

/**
 * Writes an export's file in bounded memory. The file appears whole or not at all, under one name: a run that was
 * interrupted is repeated from the start, and what a repeat writes takes the place of what was there. Done, nothing
 * happens; somebody who was erased meanwhile, or more than one run can write, fails it.
 */
export const writeExport = async <E extends ExportItem>(
  ctx: WriteCtx,
  exports: Exports<E>,
  { export_id }: { readonly export_id: string },
  content: Content<E>,
): Promise<void> => {
  const item = await exports.get(ctx, export_id);
  if (item.status === "completed") return;
  try {
    await write(ctx, exports, item, content);
  } catch (error) {
    if (!isDomainError(error) || (error.code !== content.erased && error.code !== OUT_OF_TIME)) throw error;
    const told = error.code === OUT_OF_TIME ? new DomainError(error.kind, OUT_OF_TIME, `${error.message} ${content.out_of_time}`) : error;
    await giveUpExport(ctx, exports, { export_id }, told);
  }
};
