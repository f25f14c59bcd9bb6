import { describe, expect, it } from "vitest";
import * as z from "zod";
import { command } from "../../../../events/envelope.ts";
import { contractFiles } from "../../../../scripts/golden/schemas.ts";
import { buildQueue, platformEnabled } from "../queue/contracts.ts";

describe("contractFiles", () => {
  it("makes a strict schema and an example for each contract", () => {
    const files = contractFiles([buildQueue, platformEnabled]);
    expect([...files.keys()]).toEqual([
      "events/schemas/soundcloud.build-queue.v1.json",
      "events/examples/soundcloud.build-queue.v1.json",
      "events/schemas/identity.platform-enabled.v1.json",
      "events/examples/identity.platform-enabled.v1.json",
    ]);
    const schema = JSON.parse(files.get("events/schemas/soundcloud.build-queue.v1.json")!) as Record<string, unknown>;
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "soundcloud.build-queue.v1",
      additionalProperties: false,
      required: ["id", "type", "org_id", "at", "data"],
      properties: { type: { const: "soundcloud.build-queue.v1" }, data: { additionalProperties: false, required: ["date"] } },
    });
    const example = JSON.parse(files.get("events/examples/soundcloud.build-queue.v1.json")!) as unknown;
    expect(z.fromJSONSchema(schema as never).safeParse(example).success).toBe(true);
  });

  it("refuses an example that breaks its contract", () => {
    const broken = command("soundcloud.broken.v1", "", z.strictObject({ date: z.iso.date() }), { date: "tomorrow" });
    expect(() => contractFiles([broken])).toThrow(/date/);
  });
});
