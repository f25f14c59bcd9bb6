import type { Readable } from "node:stream";

export interface UploadTerms {
  /** Exactly this many bytes; any other number is refused by the store. */
  readonly length: number;
  readonly content_type: string;
  readonly expires_s: number;
}

/** Where and how a client uploads a file: PUT to `url` with exactly these headers. */
export interface Upload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StoredFile {
  readonly length: number;
  readonly content_type: string | undefined;
  readonly etag: string | undefined;
}

/** The uploads bucket. */
export interface Files {
  presignPut(key: string, terms: UploadTerms): Promise<Upload>;
  /** The file's bytes. Throws DomainError `not_found` when there is none. */
  read(key: string): Promise<Readable>;
  head(key: string): Promise<StoredFile | undefined>;
}
