import { Cron } from "croner";
import { describe, expect, it } from "vitest";
import { mergeDocuments } from "../../../infra/local/console/openapi.ts";
import type { Resource, Stack, Value } from "../../../infra/local/assembly/read-assembly.ts";
import { resolver } from "../../../infra/local/assembly/resolve.ts";
import { inputOf } from "../../../infra/local/bus/input.ts";
import { checkPattern, matches } from "../../../infra/local/bus/pattern.ts";
import { readExpression } from "../../../infra/local/schedules/expression.ts";

describe("a pattern", () => {
  const event = { source: "shop", detail: { kind: "Order", total: 12.5, tags: ["new", "vip"], note: null, lines: [{ sku: "a-1" }, { sku: "b-2" }] } };

  it.each<[string, object, boolean]>([
    ["one of the values", { source: ["other", "shop"] }, true],
    ["none of the values", { source: ["other"] }, false],
    ["every field", { source: ["shop"], detail: { kind: ["Invoice"] } }, false],
    ["a value in a list", { detail: { tags: ["vip"] } }, true],
    ["a field of an object in a list", { detail: { lines: { sku: ["b-2"] } } }, true],
    ["null", { detail: { note: [null] } }, true],
    ["null where nothing is", { detail: { absent: [null] } }, false],
    ["exists", { detail: { kind: [{ exists: true }], absent: [{ exists: false }] } }, true],
    ["exists below nothing", { absent: { field: [{ exists: false }] } }, true],
    ["prefix", { detail: { kind: [{ prefix: "Ord" }] } }, true],
    ["prefix of another case", { detail: { kind: [{ prefix: "ord" }] } }, false],
    ["prefix in any case", { detail: { kind: [{ prefix: { "equals-ignore-case": "oRD" } }] } }, true],
    ["suffix", { detail: { kind: [{ suffix: "der" }] } }, true],
    ["equals in any case", { detail: { kind: [{ "equals-ignore-case": "ORDER" }] } }, true],
    ["wildcard", { detail: { kind: [{ wildcard: "O*e*" }] } }, true],
    ["wildcard with a point", { detail: { kind: [{ wildcard: "O.der" }] } }, false],
    ["anything but", { detail: { kind: [{ "anything-but": ["Invoice", "Bill"] }] } }, true],
    ["anything but this", { detail: { kind: [{ "anything-but": "Order" }] } }, false],
    ["anything but a prefix", { detail: { kind: [{ "anything-but": { prefix: "Ord" } }] } }, false],
    ["anything but, where nothing is", { detail: { absent: [{ "anything-but": "x" }] } }, false],
    ["a range", { detail: { total: [{ numeric: [">", 10, "<=", 12.5] }] } }, true],
    ["outside a range", { detail: { total: [{ numeric: ["<", 12.5] }] } }, false],
    ["either", { $or: [{ source: ["x"] }, { detail: { total: [12.5] } }] }, true],
  ])("%s", (_, pattern, expected) => {
    expect(matches(pattern as never, event)).toBe(expected);
  });

  it("with an unknown operator is refused before any event comes", () => {
    expect(() => checkPattern({ detail: { ip: [{ cidr: "10.0.0.0/8" }] } })).toThrow(/operator cidr is not supported/);
  });
});

describe("a target's input", () => {
  const event = { source: "shop", detail: { id: "1", name: 'A "quoted"\nname', items: [{ sku: "x" }], nothing: null } };

  it("is the event, a part, or a constant", () => {
    expect(inputOf({}, event)).toBe(event);
    expect(inputOf({ InputPath: "$.detail.items[0].sku" }, event)).toBe("x");
    expect(inputOf({ Input: '{"a":1}' }, event)).toEqual({ a: 1 });
  });

  it("is filled from a template, inside texts and outside", () => {
    const InputTransformer = {
      InputPathsMap: { n: "$.detail.name", i: "$.detail.items", gone: "$.detail.gone" },
      InputTemplate: '{"text":"for <n>","name":<n>,"items":<i>,"gone":<gone>,"all":<aws.events.event.json>,"other":"<b>"}',
    };
    expect(inputOf({ InputTransformer }, event)).toEqual({
      text: `for ${event.detail.name}`,
      name: event.detail.name,
      items: [{ sku: "x" }],
      gone: null,
      all: event,
      other: "<b>",
    });
  });

  it("may be a text", () => {
    expect(inputOf({ InputTransformer: { InputPathsMap: { id: "$.detail.id" }, InputTemplate: '"Order <id>"' } }, event)).toBe("Order 1");
  });
});

describe("a schedule expression", () => {
  const next = (expression: string, count = 3): string[] => {
    const when = readExpression(expression);
    if (when.kind !== "cron") throw new Error("no cron");
    return new Cron(when.pattern, { timezone: "UTC", paused: true })
      .nextRuns(count, new Date("2026-11-20T00:00:00Z"))
      .map((at) => at.toISOString().slice(0, 16));
  };

  it.each([
    ["cron(15 3 * * ? *)", ["2026-11-20T03:15", "2026-11-21T03:15", "2026-11-22T03:15"]],
    ["cron(0/15 * * * ? *)", ["2026-11-20T00:15", "2026-11-20T00:30", "2026-11-20T00:45"]],
    ["cron(0 8 ? * 2-6 *)", ["2026-11-20T08:00", "2026-11-23T08:00", "2026-11-24T08:00"]],
    ["cron(0 8 ? * MON-FRI *)", ["2026-11-20T08:00", "2026-11-23T08:00", "2026-11-24T08:00"]],
    ["cron(0 0 1 * ? *)", ["2026-12-01T00:00", "2027-01-01T00:00", "2027-02-01T00:00"]],
    ["cron(0 0 L * ? *)", ["2026-11-30T00:00", "2026-12-31T00:00", "2027-01-31T00:00"]],
    ["cron(0 0 ? * 6#3 *)", ["2026-12-18T00:00", "2027-01-15T00:00", "2027-02-19T00:00"]],
    ["cron(0 2 1/7 * ? *)", ["2026-11-22T02:00", "2026-11-29T02:00", "2026-12-01T02:00"]],
    ["cron(0 12 ? * SUN 2027)", ["2027-01-03T12:00", "2027-01-10T12:00", "2027-01-17T12:00"]],
  ])("%s", (expression, expected) => {
    expect(next(expression)).toEqual(expected);
  });

  it("may be a rate or one time, and nothing else", () => {
    expect(readExpression("rate(5 minutes)")).toEqual({ kind: "rate", seconds: 300 });
    expect(readExpression("at(2026-11-20T10:00:00)")).toEqual({ kind: "at", time: "2026-11-20T10:00:00" });
    for (const wrong of ["rate(5 seconds)", "cron(* * *)", "daily"])
      expect(() => readExpression(wrong)).toThrow(`The schedule expression ${wrong} cannot be read.`);
  });
});

describe("a template", () => {
  const stack = (name: string, more: Partial<Stack>): [string, Stack] => [
    name,
    { name, resources: new Map(), conditions: {}, mappings: {}, parameters: {}, outputs: {}, assets: new Map(), ...more },
  ];
  const thing: Resource = { stack: "one", id: "Thing", type: "A::B::C", properties: { Name: { "Fn::Join": ["-", ["thing", { Ref: "Size" }]] } } };
  const assembly = {
    folder: "",
    stacks: new Map([
      stack("one", {
        resources: new Map([
          ["Thing", thing],
          ["Never", { ...thing, id: "Never", condition: "No" }],
        ]),
        conditions: { Yes: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] }, No: { "Fn::Not": [{ Condition: "Yes" }] } },
        mappings: { Sizes: { large: { cpu: 8 } } },
        parameters: { Size: { Default: "large" } },
        outputs: { Out: { Value: { "Fn::GetAtt": ["Thing", "Arn"] }, Export: { Name: { "Fn::Sub": "${AWS::StackName}-out" } } } },
      }),
      stack("two", {}),
    ]),
  };
  const made = resolver(assembly, ({ id }) => ({ ref: `ref-${id}`, attributes: { Arn: `arn-${id}`, "A.B": "deep" } }));

  it.each<[string, Value, unknown]>([
    ["Ref", { Ref: "Thing" }, "ref-Thing"],
    ["Ref of a parameter", { Ref: "Size" }, "large"],
    ["GetAtt", { "Fn::GetAtt": "Thing.A.B" }, "deep"],
    ["Sub", { "Fn::Sub": ["${Thing}/${Thing.Arn}/${x}/${!literal}", { x: { Ref: "Size" } }] }, "ref-Thing/arn-Thing/large/${literal}"],
    ["Select of Split", { "Fn::Select": [1, { "Fn::Split": ["-", "a-b-c"] }] }, "b"],
    ["FindInMap", { "Fn::FindInMap": ["Sizes", { Ref: "Size" }, "cpu"] }, 8],
    ["If", { "Fn::If": ["Yes", "a", "b"] }, "a"],
    ["And, Or", { "Fn::And": [{ Condition: "Yes" }, { "Fn::Or": [{ Condition: "No" }, { Condition: "Yes" }] }] }, true],
    ["NoValue in an object", { a: 1, b: { "Fn::If": ["No", 2, { Ref: "AWS::NoValue" }] } }, { a: 1 }],
    ["NoValue in a list", [1, { Ref: "AWS::NoValue" }], [1]],
    ["a policy's own Condition", { Condition: { StringEquals: { a: "b" } } }, { Condition: { StringEquals: { a: "b" } } }],
  ])("evaluates %s", (_, value, expected) => {
    expect(made.resolve(value, "one")).toEqual(expected);
  });

  it("reaches other stacks by export and by output", () => {
    expect(made.resolve({ "Fn::ImportValue": "one-out" }, "two")).toBe("arn-Thing");
    expect(made.resolve({ "Fn::GetStackOutput": { StackName: "one", OutputName: "Out" } }, "two")).toBe("arn-Thing");
  });

  it("leaves out resources whose condition is false", () => {
    expect(made.resources.map(({ id }) => id)).toEqual(["Thing"]);
    expect(made.properties(thing)).toEqual({ Name: "thing-large" });
  });

  it.each<[Value, string]>([
    [{ Ref: "Nobody" }, "It has no such resource or parameter."],
    [{ "Fn::GetAtt": ["Thing", "Color"] }, "The local cloud gives a A::B::C no such attribute."],
    [{ "Fn::ImportValue": "nothing" }, "No stack exports it."],
    [{ "Fn::Cidr": ["10.0.0.0/16", 1, 8] }, "The local cloud does not evaluate this function."],
  ])("refuses %j", (value, why) => {
    expect(() => made.resolve(value, "one")).toThrow(why);
  });
});

describe("merged documents", () => {
  it("are the document itself when there is one", () => {
    const document = { openapi: "3.1.0", info: { title: "One", version: "1" }, paths: {} };
    expect(mergeDocuments(new Map([["one", document]]))).toBe(document);
    expect(mergeDocuments(new Map()).paths).toEqual({});
  });
});
