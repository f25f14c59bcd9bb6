import * as z from "zod";
import type { OrgCtx } from "../context.ts";
import type { Files } from "../files/files.ts";
import type { ExportItem } from "./export-fields.ts";

/** Long enough to follow the link, too short to be worth keeping. */
const DOWNLOAD_S = 300;

/** What the API shows of an export beside its fields. */
export const linkFields = {
  /** Where the finished file is for five minutes; signed anew by each reading, stored nowhere. */
  download_url: z.url().optional(),
} as const;

/** Whether an export's days have passed: it is no longer there, though it may still be stored. */
export const isOver = (ctx: OrgCtx, { expires_at }: ExportItem): boolean => expires_at <= ctx.clock.now().toISOString();

export const presentExport = <E extends ExportItem>({ file_key: _, ...item }: E): Omit<E, "file_key"> => item;

/** With the link to the file once there is one. */
export const linkedExport = async <E extends ExportItem>(
  { files }: { readonly files: Files },
  item: E,
): Promise<Omit<E, "file_key"> & { readonly download_url?: string }> => {
  if (item.status !== "completed") return presentExport(item);
  const download_url = await files.presignGet(item.file_key, { filename: `${item.kind}-${item.id}.${item.format}`, expires_s: DOWNLOAD_S });
  return { ...presentExport(item), download_url };
};
