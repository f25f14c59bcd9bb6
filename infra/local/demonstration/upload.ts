import { type Client, until } from "./client.ts";

export interface ImportResult {
  readonly id: string;
  readonly status: "pending" | "processing" | "completed" | "failed";
  readonly total_records: number;
  readonly successful_imports: number;
  readonly skipped: number;
  readonly failed_imports: number;
  readonly skipped_by_reason: Readonly<Record<string, number>>;
}

/** A file as a client has it. */
export interface ImportFile {
  readonly kind: "campaigns" | "members";
  readonly filename: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** An import that has begun. */
export interface BegunImport {
  readonly id: string;
  /** Resolves when it has been read to its end. */
  end(): Promise<ImportResult>;
}

/** Begins to import a file as any client would: announces it, puts it where it is told and starts it. */
export const beginImport = async (client: Client, { kind, filename, bytes }: ImportFile, key: string): Promise<BegunImport> => {
  const made = await client.post<ImportResult & { upload_url: string; upload_headers: Record<string, string> }>(
    "/soundcloud/imports",
    { kind, filename, size: bytes.length },
    key,
  );
  if (made.status === "pending") {
    const put = await fetch(made.upload_url, { method: "PUT", headers: made.upload_headers, body: bytes });
    if (!put.ok) throw new Error(`The upload of ${filename} was refused with ${put.status}: ${(await put.text()).slice(0, 200)}`);
    await client.post(`/soundcloud/imports/${made.id}/start`, undefined, `${key}-start`);
  }
  const ended = async () => {
    const now = await client.get<ImportResult>(`/soundcloud/imports/${made.id}`);
    return now.status === "completed" || now.status === "failed" ? now : undefined;
  };
  return { id: made.id, end: () => until(`the import of ${filename}`, ended, 120_000) };
};
