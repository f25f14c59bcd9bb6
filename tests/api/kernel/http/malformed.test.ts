import type { APIGatewayProxyEventV2 } from "aws-lambda";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type HttpPlace, httpPlace } from "./place.ts";

/** How a body reaches the function: as text, or as bytes in base64. */
interface Sent {
  readonly body: string;
  readonly base64?: boolean;
  readonly type?: string;
  readonly status?: number;
  readonly pointer?: string;
}

const NUL = "\\u0000";
const good = '{"text":"a"}';
const json = (body: string, more: Partial<Sent> = {}): Sent => ({ body, ...more });
const bytes = (body: Buffer | string | number[], more: Partial<Sent> = {}): Sent => ({
  body: Buffer.from(body as string).toString("base64"),
  base64: true,
  ...more,
});
const typed = (type: string): Sent => ({ body: good, type, status: 415 });
const deep = (depth: number, open = '{"a":', close = "}"): string => `{"text":"a","more":{"x":${open.repeat(depth)}1${close.repeat(depth)}}}`;

const corpus: Readonly<Record<string, Sent>> = {
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

const fine: Readonly<Record<string, Sent>> = {
  plain: json(good),
  "with white space around": json(` \r\n\t${good} `),
  "in bytes": bytes(good),
  "a character set": json(good, { type: "application/json; charset=utf-8" }),
  "a character set in quotes and capitals": json(good, { type: 'Application/JSON ; charset="UTF-8"' }),
  "a kind of JSON": json(good, { type: "application/merge-patch+json" }),
  "whole surrogate pairs": json('{"text":"\\ud83d\\ude00 😀"}'),
  "names that only look alike": json('{"text":"a","more":{"é":1,"e\u0301":2,"text":3,"constructor":4}}'),
  "braces, quotes and colons inside texts": json('{"text":"{\\"text\\":1}","more":{"a":"}","b":"\\\\","c":"\\"b\\":"}}'),
  "the same names in objects side by side": json('{"text":"a","list":[{"x":1},{"x":2}],"more":{"list":{"x":3}}}'),
  "32 levels": json(deep(30)),
  "as long as may be": json(`{"text":"${"x".repeat(256 * 1024 - 11)}"}`),
};

let place: HttpPlace;
beforeAll(async () => {
  place = await httpPlace();
  await send(json(good));
});

const send = async ({ body, base64 = false, type = "application/json" }: Sent) => {
  place.gateway.alter = (event: APIGatewayProxyEventV2) => ({ ...event, body, isBase64Encoded: base64, headers: { ...event.headers, "content-type": type } });
  const started = performance.now();
  const reply = await place.client.post("/hall/notes", {});
  return { reply, ms: performance.now() - started };
};

describe("a malformed body", () => {
  it("comes in at least 60 kinds", () => expect(Object.keys(corpus).length).toBeGreaterThanOrEqual(60));

  it.each(Object.entries(corpus))("%s is refused with a problem, in less than 100 ms", async (_, sent) => {
    const { reply, ms } = await send(sent);
    const { status, headers, problem } = reply;
    expect({ status, type: headers["content-type"], told: problem.status }).toEqual({
      status: sent.status ?? 400,
      type: "application/problem+json",
      told: status,
    });
    if (status === 400) expect(problem.errors.length).toBeGreaterThan(0);
    if (sent.pointer !== undefined) expect(problem.errors.map(({ pointer }) => pointer)).toContain(sent.pointer);
    expect(place.textOf(reply)!.isWellFormed()).toBe(true);
    expect(ms).toBeLessThan(100);
  });

  it("names the field that comes twice", async () => {
    const { reply } = await send(corpus["a field twice, one of them escaped"]!);
    expect(reply.problem.errors).toEqual([{ pointer: "", code: "duplicate_field", detail: 'An object has the field "text" twice; send it once.' }]);
  });

  it("leaves Object.prototype alone", () => {
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });
});

describe("a body that is fine", () => {
  it.each(Object.entries(fine))("%s", async (_, sent) => {
    expect((await send(sent)).reply.status).toBe(200);
  });
});

describe("any bytes at all", () => {
  it("never make a fault of ours", async () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((some) => bytes([...some])),
      fc.string({ unit: "binary", maxLength: 100 }).map((text) => json(text)),
      fc.json({ maxDepth: 5 }).map((text) => json(text)),
      // A good body with one piece of it cut out or put in.
      fc.tuple(fc.nat(11), fc.nat(3), fc.string({ maxLength: 3 })).map(([at, cut, put]) => json(good.slice(0, at) + put + good.slice(at + cut))),
    );
    await fc.assert(
      fc.asyncProperty(any, async (sent) => {
        const { status } = (await send(sent)).reply;
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
