import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalog } from "../../events/catalog.ts";
import { platforms } from "../../infra/platforms.ts";
import { filesBelow, root } from "../support/matrix/operations.ts";
import { loadedBy, sources } from "./sources.ts";

const entry = /^functions\/(?<platform>[\w-]+)\/(?<name>[\w-]+)\.(?<trigger>api|worker|schedule|stream|webhook)\.ts$/;

it("every folder of functions is a platform that is deployed", () => {
  expect(platforms.map(({ platform }) => platform.id).toSorted()).toEqual(readdirSync(join(root, "functions")).toSorted());
});

describe.each(platforms.map((one) => ({ id: one.platform.id, ...one })))("functions of $id", ({ id, platform, table }) => {
  const declared = Object.entries(platform.lambdas);

  it("have a file for each declaration, and a declaration for each file", () => {
    // Each platform's part of what `$default` answers is no resource of its own.
    const files = filesBelow(`functions/${id}`).filter((path) => entry.test(path) && !path.endsWith("/fallback.api.ts"));
    expect(declared.map(([name, { trigger }]) => `functions/${id}/${name}.${trigger}.ts`).toSorted()).toEqual(files);
  });
  it("have the table and the name of their platform", () => {
    expect(table.id).toBe(id);
    for (const [name, lambda] of declared) if (lambda.trigger === "api") expect([lambda.resource.platform, lambda.resource.name]).toEqual([id, name]);
  });
  it("send and hear contracts of the catalog only", () => {
    const known = new Set(catalog.map(({ type }) => type));
    const used = declared.flatMap(([, lambda]) => [
      ...(lambda.access.sends ?? []),
      ...(lambda.trigger === "worker" ? [lambda.command, ...(lambda.subscribes ?? [])] : []),
    ]);
    expect(used.map(({ type }) => type).filter((type) => !known.has(type))).toEqual([]);
  });
  it("say in a sentence what breaks for whom without them", () => {
    expect(declared.filter(([, lambda]) => lambda.trigger !== "api" && !/^[A-Z].{20,}\.$/.test(lambda.impact)).map(([name]) => name)).toEqual([]);
  });
  it("may find, make and change the records of the Idempotency-Keys that they take", () => {
    const without = declared.flatMap(([name, lambda]) => {
      if (lambda.trigger !== "api" || !Object.values(lambda.resource.routes).some(({ idempotent }) => idempotent)) return [];
      const uses = lambda.access.tables?.[id] ?? [];
      return (["get", "put", "update"] as const).filter((use) => !uses.includes(use)).map((use) => `${name} may not ${use}`);
    });
    expect(without).toEqual([]);
  });
  it.each(declared)("%s may reach the tables whose entities it loads", (name, { trigger, access }) => {
    const files = loadedBy(`functions/${id}/${name}.${trigger}.ts`);
    const tables = platforms.map((one) => one.table.id).filter((other) => files.has(`shared/${other}/table.ts`));
    expect(tables.filter((other) => access.tables?.[other] === undefined)).toEqual([]);
  });
});

it("every contract's file is in the catalog", () => {
  const files = filesBelow("events").filter((path) => /\.v\d+\.ts$/.test(path));
  const named = files.map((path) => path.replace(/^events\/(.+)\/(.+)\.ts$/, "$1.$2"));
  expect(catalog.map(({ type }) => type).toSorted()).toEqual(named.toSorted());
  expect(sources.find(({ path }) => path === "events/catalog.ts")!.imports.filter(({ inside }) => inside).length).toBeGreaterThanOrEqual(files.length);
});
