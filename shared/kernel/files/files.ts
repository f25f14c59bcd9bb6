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

export interface DownloadTerms {
  /** The name that a browser saves it under. */
  readonly filename: string;
  readonly expires_s: number;
}

/** The uploads bucket. */
export interface Files {
  presignPut(key: string, terms: UploadTerms): Promise<Upload>;
  /** An address from which anybody may read the file for so long. */
  presignGet(key: string, terms: DownloadTerms): Promise<string>;
  /**
   * Stores a text as it comes, holding a part of it at a time, in place of what was there; returns its bytes. There is the
   * whole file in the end or none: what fails half-way leaves what was there before.
   */
  write(key: string, content: AsyncIterable<string>, terms: { readonly content_type: string }): Promise<number>;
  /** The file's bytes. Throws DomainError `not_found` when there is none. */
  read(key: string): Promise<Readable>;
  /** Afterwards there is no such file, whether or not there was one. */
  remove(key: string): Promise<void>;
  head(key: string): Promise<StoredFile | undefined>;
}
