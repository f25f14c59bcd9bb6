import { importsApi } from "../../../functions/social/imports.api.ts";
import { eventsApi } from "../../../functions/social/events.api.ts";
import { ProcessImport } from "../../../events/social/process-import.v1.ts";
import { processImportWorker } from "../../../functions/social/process-import.worker.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { SocialImportRow } from "../../../shared/social/import/import-row.ts";
import { type SocialOrg, socialWorld } from "../../support/social.ts";
import type { WorldOptions } from "../../support/world.ts";
import { put } from "../soundcloud/import-world.ts";

/** Social content with its import over HTTP, a real bucket and the real workers. */
export const importsWorld = async (files: Files, options: WorldOptions = {}) => {
  const world = await socialWorld({ ...options, apis: [importsApi, eventsApi], ports: { files, ...options.ports } });

  const upload = async (org: SocialOrg, content: string, more: object = {}): Promise<string> => {
    const bytes = Buffer.from(content);
    const order = { kind: "events", filename: "file.csv", size: bytes.length, ...more };
    const { status, body } = await org.editor.api.post("/social/imports", order, { key: world.ids.uuid() });
    if (status !== 201) throw new Error(JSON.stringify(body));
    await put(body, bytes);
    return body.id;
  };
  const start = async (org: SocialOrg, id: string): Promise<void> => {
    const { status, body } = await org.editor.api.post(`/social/imports/${id}/start`);
    if (status !== 202) throw new Error(JSON.stringify(body));
  };
  const read = async (org: SocialOrg, id: string) => (await org.editor.api.get(`/social/imports/${id}`)).body;
  /** What the rows of imports come to once it is counted. */
  const settle = async (): Promise<void> => {
    await world.drain(ingestEventsWorker);
    await world.drain(recordMentionsWorker);
  };
  /** Uploads, starts, reads to the end and counts; gives the import as the API shows it. */
  const run = async (org: SocialOrg, content: string, more: object = {}): Promise<any> => {
    const id = await upload(org, content, more);
    await start(org, id);
    await world.drain(processImportWorker);
    await settle();
    return read(org, id);
  };
  const rows = ({ ctx, org_id }: SocialOrg, import_id: string): Promise<SocialImportRow[]> =>
    Array.fromAsync(every((page) => SocialImportRow.list(ctx, { org_id, import_id }, page)));
  const command = (org: SocialOrg, import_id: string): string => org.message(ProcessImport, { import_id });
  return { ...world, files, upload, start, read, settle, run, rows, command };
};
export type ImportsWorld = Awaited<ReturnType<typeof importsWorld>>;

const AT = Date.parse("2026-11-20T08:00:00.000Z");
export const CSV_HEADING = "id,post_id,event_type,event_timestamp,platform_user_id";

/** A like in a file of events, a minute after the one before. */
export const likeAt = (post_id: string, n: number, more: object = {}) => ({
  id: `like-${n}`,
  post_id,
  event_type: "like",
  event_timestamp: new Date(AT - n * 60_000).toISOString(),
  platform_user_id: `person-${n}`,
  ...more,
});
export const csvOf = (events: readonly object[]): string => `${CSV_HEADING}\n${events.map((event) => Object.values(event).join(",")).join("\n")}\n`;
export const ndjsonOf = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
