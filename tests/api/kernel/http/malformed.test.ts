import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type HttpPlace, httpPlace } from "./place.ts";
import { type Sent, bytes, deep, good, json, malformedBodies, sendRaw } from "../../../support/malformed-bodies.ts";

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

const send = (sent: Sent) => sendRaw(place, sent);

describe("a malformed body", () => {
  it.each(Object.entries(malformedBodies))("%s is refused with a problem, in less than 100 ms", async (_, sent) => {
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
    const { reply } = await send(malformedBodies["a field twice, one of them escaped"]!);
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
