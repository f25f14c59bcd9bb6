/** Some of an object's bytes. */
export interface Range {
  readonly from: number;
  readonly length: number;
}

/** The archive's bucket: objects that are written once, read whole or in part, and kept until they are replaced. */
export interface Archive {
  /** Stores an object whole, in the place of what was there; nothing of it is stored when this fails. */
  put(key: string, bytes: Uint8Array, terms: { readonly content_type: string }): Promise<void>;
  /** The object's bytes, or a range of them. Throws DomainError `not_found` when there is no such object, or none that may be read. */
  get(key: string, range?: Range): Promise<Buffer>;
  /** The keys that begin with a text, in their order, page by page. */
  list(prefix: string): AsyncIterable<string>;
  /** Afterwards no reader finds the object, whether or not there was one; the bucket forgets it in its own time. */
  remove(key: string): Promise<void>;
}
