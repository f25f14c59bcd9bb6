import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { catalog } from "../../events/catalog.ts";
import { envelope } from "../../events/envelope.ts";
import { contractFiles } from "../../scripts/golden/schemas.ts";
import { root } from "../support/matrix/operations.ts";

const files = contractFiles(catalog);

describe.each([...catalog])("$type", (contract) => {
  const [schema, example] = [`events/schemas/${contract.type}.json`, `events/examples/${contract.type}.json`];

  it("is named by platform, name and version, and says in a sentence what it is", () => {
    expect(contract.type).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*\.v\d+$/);
    expect(contract.summary).toMatch(/^[A-Z].*\.$/);
  });
  it("has an example that it accepts, and accepts no other field beside it", () => {
    expect(contract.data.parse(contract.example)).toEqual(contract.example);
    expect(contract.data.safeParse({ ...(contract.example as object), no_such_field: 1 }).success).toBe(false);
  });
  it("has a schema and an example on file that are up to date: what is published never changes", () => {
    for (const path of [schema, example]) expect(readFileSync(join(root, path), "utf8"), `${path}: run npm run golden.`).toBe(files.get(path));
  });
  it("has an example on file that its schema on file and its own envelope accept", () => {
    const message: unknown = JSON.parse(readFileSync(join(root, example), "utf8"));
    const published = z.fromJSONSchema(JSON.parse(readFileSync(join(root, schema), "utf8")) as never);
    expect(published.safeParse(message).success).toBe(true);
    expect(envelope(contract.data).safeParse(message).success).toBe(true);
  });
});

it("no schema or example is left over", () => {
  for (const folder of ["events/schemas", "events/examples"])
    expect(
      readdirSync(join(root, folder))
        .map((name) => `${folder}/${name}`)
        .filter((path) => !files.has(path)),
    ).toEqual([]);
});
