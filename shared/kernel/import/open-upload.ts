import { DomainError } from "../errors.ts";
import type { Files } from "../files/files.ts";
import type { ImportRun } from "./import-fields.ts";

export const fileFault = (code: string, detail: string): DomainError => new DomainError("unprocessable", code, detail);

/** The file as a whole cannot be imported: repeating the command does not help. */
export const FILE_FAULTS: ReadonlySet<string> = new Set([
  "empty_file",
  "not_csv",
  "unsupported_encoding",
  "unreadable_heading",
  "missing_column",
  "file_missing",
  "file_changed",
  "too_many_rows",
]);

/** The bytes of the file that was there when the import started, counted as they come. Throws DomainError `file_missing` and `file_changed`. */
export const openUpload = async ({ files }: { readonly files: Files }, { upload_key, upload_etag }: ImportRun) => {
  const stored = await files.head(upload_key);
  if (!stored) throw fileFault("file_missing", "The uploaded file is no longer there. Create a new import and upload it again.");
  if (upload_etag !== undefined && stored.etag !== upload_etag)
    throw fileFault("file_changed", "The file was replaced after the import had started. Create a new import for the new file.");
  const source = await files.read(upload_key);
  const position = { bytes: 0 };
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      position.bytes += chunk.byteLength;
      yield chunk;
    }
  };
  return { bytes: bytes(), position };
};
