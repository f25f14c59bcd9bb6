import { isUtf8 } from "node:buffer";

/** One physical line of a file, without its line break. */
export interface Line {
  /** 1 for the first line of the file. */
  number: number;
  /** Empty when the line is too long. */
  text: string;
  bytes: number;
  /** The bytes are not UTF-8 and were read as Windows-1252. */
  is_windows_1252: boolean;
  /** The line is longer than the bound; its text was dropped while it was read. */
  is_too_long: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const windows1252 = new TextDecoder("windows-1252");

const decode = (number: number, raw: Buffer): Line => {
  const bytes = raw.at(-1) === CR ? raw.subarray(0, -1) : raw;
  const is_windows_1252 = !isUtf8(bytes);
  const text = is_windows_1252 ? windows1252.decode(bytes) : bytes.toString("utf8");
  return { number, text, bytes: raw.length, is_windows_1252, is_too_long: false };
};

const tooLong = (number: number, bytes: number): Line => ({ number, text: "", bytes, is_windows_1252: false, is_too_long: true });

/** The bytes of a line whose end has not come yet; it keeps no more than `bound` of them. */
const createTail = (bound: number) => {
  let parts: Buffer[] = [];
  let bytes = 0;
  return {
    add(part: Buffer): void {
      bytes += part.length;
      if (bytes > bound) parts = [];
      else if (part.length > 0) parts.push(part);
    },
    isEmpty: () => bytes === 0,
    end(number: number): Line {
      const line = bytes > bound ? tooLong(number, bytes) : decode(number, parts.length === 1 ? parts[0]! : Buffer.concat(parts));
      parts = [];
      bytes = 0;
      return line;
    },
  };
};

/**
 * Cuts bytes into physical lines at LF or CRLF. Each line is decoded by itself, so the result does not depend on how the bytes were chunked
 * and a file that mixes encodings is still read. Holds at most one chunk and one line of `maxBytes`.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  const tail = createTail(maxBytes);
  let number = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(LF); end >= 0; end = buffer.indexOf(LF, start)) {
      tail.add(buffer.subarray(start, end));
      yield tail.end(++number);
      start = end + 1;
    }
    tail.add(buffer.subarray(start));
  }
  if (!tail.isEmpty()) yield tail.end(++number);
}

/** Lines that can be put back, to be read a second time. */
export interface LineQueue {
  next(): Promise<Line | undefined>;
  putBack(lines: readonly Line[]): void;
  /** Ends the reading early and releases the source. */
  close(): Promise<void>;
}

export const queueLines = (source: AsyncIterable<Uint8Array>, maxBytes: number): LineQueue => {
  const lines = readLines(source, maxBytes);
  const again: Line[] = [];
  return {
    async next() {
      const line = again.pop();
      if (line) return line;
      const result = await lines.next();
      return result.done ? undefined : result.value;
    },
    putBack(taken) {
      for (let at = taken.length - 1; at >= 0; at--) again.push(taken[at]!);
    },
    async close() {
      await lines.return(undefined);
    },
  };
};
