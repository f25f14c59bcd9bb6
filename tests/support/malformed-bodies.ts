import type { HttpPlace } from "../api/kernel/http/place.ts";

/** How a body reaches the function: as text, or as bytes in base64. */
export interface Sent {
  readonly body: string;
  readonly base64?: boolean;
  readonly type?: string;
  readonly status?: number;
  readonly pointer?: string;
}

const NUL = "\\u0000";
/** A body that is fine, from which the others are made. */
export const good = '{"text":"a"}';
export const json = (body: string, more: Partial<Sent> = {}): Sent => ({ body, ...more });
export const bytes = (body: Buffer | string | number[], more: Partial<Sent> = {}): Sent => ({
  body: Buffer.from(body as string).toString("base64"),
  base64: true,
  ...more,
});
const typed = (type: string): Sent => ({ body: good, type, status: 415 });
/** A body with this many levels below its second one. */
export const deep = (depth: number, open = '{"a":', close = "}"): string => `{"text":"a","more":{"x":${open.repeat(depth)}1${close.repeat(depth)}}}`;

/** Bodies that are no request, each in its own way. */
const named: Readonly<Record<string, Sent>> = {
  "no JSON": json("name=ada"),
  "a bare word": json("undefined"),
  NaN: json('{"text":NaN}'),
  Infinity: json('{"text":-Infinity}'),
  hexadecimal: json('{"text":0x10}'),
  "a leading zero": json('{"text":01}'),
  "a leading plus": json('{"text":+1}'),
  "a number without its fraction": json('{"text":1.}'),
  "single quotes": json("{'text':'a'}"),
  "a name without quotes": json('{text:"a"}'),
  "a trailing comma": json('{"text":"a",}'),
  "a comment": json('{"text":"a"/* */}'),
  "two values": json(`${good}${good}`),
  "text after the value": json(`${good} x`),
  "only white space": json(" \n\t "),
  "vertical white space": json(`\v${good}`),
  "a no-break space": json(`\u00a0${good}`),
  "an open object": json('{"text":"a"'),
  "an open text": json('{"text":"a'),
  "an open escape": json('{"text":"a\\'),
  "an unknown escape": json('{"text":"\\x41"}'),
  "half an escape": json('{"text":"\\u00"}'),
  "a bare line break in a text": json('{"text":"a\nb"}'),
  "a bare NUL in a text": json('{"text":"a\0"}'),
  "a bare NUL after the value": json(`${good}\0`),
  "a byte order mark in a text": json(`\ufeff${good}`),
  "a byte order mark in bytes": bytes([0xef, 0xbb, 0xbf, ...Buffer.from(good)]),
  "UTF-16": bytes(Buffer.from(good, "utf16le")),
  "UTF-16 with its mark": bytes(Buffer.from(`\ufeff${good}`, "utf16le")),
  "Latin-1": bytes(Buffer.from('{"text":"\u00e9"}', "latin1")),
  "an overlong encoding": bytes([...Buffer.from('{"text":"'), 0xc0, 0xaf, ...Buffer.from('"}')]),
  "an encoded surrogate": bytes([...Buffer.from('{"text":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
  "half a character": bytes([...Buffer.from('{"text":"'), 0xe2, 0x82, ...Buffer.from('"}')]),
  "a byte that is never one": bytes([...Buffer.from('{"text":"'), 0xff, ...Buffer.from('"}')]),
  gzip: bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
  "text that says it is base64": { body: good, base64: true },
  "base64 that says it is text": json(Buffer.from(good).toString("base64")),
  "base64 of nothing": { body: "====", base64: true },
  "a NUL that is escaped": json(`{"text":"a${NUL}b"}`, { pointer: "/text" }),
  "a NUL in a name": json(`{"text":"a","more":{"a${NUL}":1}}`, { pointer: "/more/a\0" }),
  "a NUL deep inside": json(`{"text":"a","list":[1,{"x":["${NUL}"]}]}`, { pointer: "/list/1/x/0" }),
  "a lone high surrogate": json('{"text":"\\ud83d"}', { pointer: "/text" }),
  "a lone low surrogate": json('{"text":"a\\ude00b"}', { pointer: "/text" }),
  "surrogates in the wrong order": json('{"text":"\\ude00\\ud83d"}', { pointer: "/text" }),
  "a lone surrogate in a name": json('{"text":"a","more":{"\\ud800":1}}'),
  "a bare lone surrogate": json('{"text":"\ud800"}', { pointer: "/text" }),
  "a field twice": json('{"text":"a","text":"b"}'),
  "a field twice with the same value": json('{"text":"a","text":"a"}'),
  "a field twice, one of them escaped": json('{"text":"a","\\u0074ext":"b"}'),
  "a field twice deep inside": json('{"text":"a","list":[{"x":{"y":1,"z":2,"y":3}}]}'),
  "a field twice after an object": json('{"text":"a","more":{"text":1},"text":"b"}'),
  __proto__: json('{"text":"a","__proto__":{"admin":true}}', { pointer: "/__proto__" }),
  "__proto__ that is escaped": json('{"text":"a","\\u005f_proto__":{"admin":true}}', { pointer: "/__proto__" }),
  "__proto__ deep inside": json('{"text":"a","list":[{"x":{"__proto__":1}}]}', { pointer: "/list/0/x/__proto__" }),
  constructor: json('{"text":"a","constructor":{"prototype":{"admin":true}}}', { pointer: "/constructor" }),
  prototype: json('{"text":"a","prototype":{}}', { pointer: "/prototype" }),
  toString: json('{"text":"a","toString":"x"}', { pointer: "/toString" }),
  "an unknown field": json('{"text":"a","id":"1"}', { pointer: "/id" }),
  "33 levels of objects": json(deep(31)),
  "33 levels of arrays": json(deep(31, "[", "]")),
  "1,000 levels": json(deep(1000)),
  "40,000 levels of objects": json(deep(40_000)),
  "100,000 levels of arrays": json(deep(100_000, "[", "]")),
  "250,000 open arrays": json("[".repeat(250_000)),
  "250,000 open objects": json('{"":'.repeat(62_500)),
  "a number beyond all numbers": json('{"text":1e400}', { pointer: "/text" }),
  "an array": json("[]", { pointer: "" }),
  null: json("null", { pointer: "" }),
  "a text": json('"text"', { pointer: "" }),
  "a number": json("1", { pointer: "" }),
  true: json("true", { pointer: "" }),
  "a field of another type": json('{"text":{"a":1}}', { pointer: "/text" }),
  "a field that is null": json('{"text":null}', { pointer: "/text" }),
  "no field": json("{}", { pointer: "/text" }),
  "one byte too many": json(`{"text":"${"x".repeat(256 * 1024 - 11 + 1)}"}`, { status: 413 }),
  "one byte too many, in characters of two": json(`{"text":"${"é".repeat(128 * 1024)}"}`, { status: 413 }),
  "6 MB": json(`{"text":"${"x".repeat(6e6)}"}`, { status: 413 }),
  "6 MB in bytes": bytes(Buffer.alloc(4.5e6, 32), { status: 413 }),
  "no content type": typed(""),
  "text/plain": typed("text/plain"),
  "a form": typed("application/x-www-form-urlencoded"),
  "text/json": typed("text/json"),
  "json without its kind": typed("json"),
  "another character set": typed("application/json; charset=utf-16"),
  latin1: typed("application/json;charset=iso-8859-1"),
  "two content types": typed("application/json, text/plain"),
  "a content type with more after it": typed("application/jsonp"),
  "a content type of 8,000 signs": typed(`application/${"+".repeat(8000)}`),
  "a content type of 8,000 spaces": typed(`application/json${" ".repeat(8000)}x`),
};

const whole = '{"text":"a\\u00e9b","more":{"n":-12.5e3,"list":[true,null]},"list":[{"x":"y"}]}';
const controls = Array.from({ length: 32 }, (_, code) => code);
const numbers = ["1e400", "-1e400", "00", "-01", "1e", "1e+", "0x", ".5", "1_000", "1,5", "+Infinity", "-NaN", "0b1", "0o7", "1n", "--1", "1.2.3", "٣"];
const charsets = [
  "utf-7",
  "utf-16le",
  "utf-16be",
  "utf-32",
  "us-ascii",
  "iso-8859-15",
  "windows-1252",
  "shift_jis",
  "gb18030",
  "koi8-r",
  "ebcdic",
  "none",
  "utf-8; utf-16",
  "utf8mb4",
];
const types = [
  "application/xml",
  "text/html",
  "multipart/form-data; boundary=a",
  "application/octet-stream",
  "application/x-ndjson",
  "application/json5",
  "image/png",
  "application/cbor",
  "*/*",
  "application/*",
  "json/application",
  "application/ json",
];
const twins = ["\u00e9", "e\u0301", "\uff54ext", "te\u200bxt", "\u0442ext", "text\u0000", "TEXT", " text", "text ", "te\u00adxt"];

/** Every way to stop in the middle, every character that no text may have bare, and the like, made from one body. */
const series: Readonly<Record<string, Sent>> = {
  ...Object.fromEntries(Array.from({ length: whole.length - 1 }, (_, at) => [`cut after ${at + 1} characters`, json(whole.slice(0, at + 1))])),
  ...Object.fromEntries(Array.from({ length: whole.length - 1 }, (_, at) => [`bytes cut after ${at + 1}`, bytes(whole.slice(0, at + 1))])),
  ...Object.fromEntries(controls.map((code) => [`a bare U+${code} in a text`, json(`{"text":"a${String.fromCharCode(code)}b"}`)])),
  ...Object.fromEntries(
    controls.filter((code) => ![9, 10, 13].includes(code)).map((code) => [`a bare U+${code} before the body`, json(`${String.fromCharCode(code)}${good}`)]),
  ),
  ...Object.fromEntries(numbers.map((number) => [`the number ${number}`, json(`{"text":"a","more":{"n":${number}},"id":1}`)])),
  ...Object.fromEntries(charsets.map((charset) => [`the character set ${charset}`, typed(`application/json; charset=${charset}`)])),
  ...Object.fromEntries(types.map((type) => [`the type ${type}`, typed(type)])),
  ...Object.fromEntries(twins.map((name) => [`the twin ${JSON.stringify(name)} of a name`, json(`{"text":"a",${JSON.stringify(name)}:"b"}`)])),
  ...Object.fromEntries(
    [33, 64, 128, 1000, 10_000].flatMap((depth) => [
      [`${depth} objects deep`, json(deep(depth))],
      [`${depth} arrays deep`, json(deep(depth, "[", "]"))],
    ]),
  ),
  ...Object.fromEntries(
    [0x80, 0xbf, 0xc0, 0xc1, 0xf5, 0xf8, 0xfe, 0xff].map((byte) => [
      `the byte ${byte} alone`,
      bytes([...Buffer.from('{"text":"'), byte, ...Buffer.from('"}')]),
    ]),
  ),
  ...Object.fromEntries(["d800", "dbff", "dc00", "dfff"].map((half) => [`half a pair, ${half}`, json(`{"text":"\\u${half}"}`, { pointer: "/text" })])),
  "10,000 items where one is asked": json(`[${"1,".repeat(9_999)}1]`),
  "10,000 unknown fields": json(`{"text":"a",${Array.from({ length: 10_000 }, (_, n) => `"f${n}":1`).join()}}`),
  "a header of 1 MB": typed(`application/json; x=${"a".repeat(1_000_000)}`),
};

/** The whole corpus, by what is wrong. */
export const malformedBodies: Readonly<Record<string, Sent>> = { ...named, ...series };

/** Starts to count the milliseconds of work that this process does: what a machine with other things to do does not stretch. */
const stopwatch = (): (() => number) => {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
};

/** Sends a body just as it is, past the client that would serialize it; `ms` is the processor time of the answer. */
export const sendRaw = async ({ gateway, client }: HttpPlace, { body, base64 = false, type = "application/json" }: Sent) => {
  gateway.alter = (event) => ({ ...event, body, isBase64Encoded: base64, headers: { ...event.headers, "content-type": type } });
  const elapsed = stopwatch();
  const reply = await client.post("/hall/notes", {});
  return { reply, ms: elapsed() };
};
