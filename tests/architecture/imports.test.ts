import { describe, expect, it } from "vitest";
import { type Import, loadedBy, sources } from "./sources.ts";

interface Rule {
  readonly name: string;
  /** The files it is about. */
  readonly of: RegExp;
  /** What they may not import. */
  readonly forbids: (to: string, from: string, one: Import) => boolean;
}

const folderOf = (path: string): string | undefined => /^(?:shared|functions|events|infra)\/([\w-]+)\//.exec(path)?.[1];
/** Folders of `shared` that belong to no platform. */
const COMMON = new Set(["kernel", "identity", "mail"]);

const rules: readonly Rule[] = [
  {
    name: "kernel knows no platform",
    of: /^shared\/kernel\//,
    forbids: (to) => /^(shared\/(?!kernel\/)|functions|infra|scripts|tests|bench|events\/(?!envelope\.ts))/.test(to),
  },
  {
    name: "identity knows no other platform",
    of: /^shared\/identity\//,
    forbids: (to) => /^(shared\/(?!kernel\/|identity\/|mail\/)|functions|infra|scripts|tests|bench)/.test(to),
  },
  {
    name: "a platform's core imports kernel, identity, events and itself",
    of: /^shared\/(?!kernel\/|identity\/)/,
    forbids: (to, from) =>
      /^(functions|infra|scripts|tests|bench)/.test(to) || (to.startsWith("shared/") && folderOf(to) !== folderOf(from) && !COMMON.has(folderOf(to) ?? "")),
  },
  {
    name: "functions import the core; of each other only declarations",
    of: /^functions\//,
    forbids: (to, from) =>
      /^(infra|scripts|tests|bench)/.test(to) ||
      (to.startsWith("functions/") && (folderOf(to) !== folderOf(from) || !/\.(routes)\.ts$|\/resources\.ts$/.test(to))),
  },
  {
    name: "events import zod and each other's envelope only",
    of: /^events\/(?!catalog\.ts)/,
    forbids: (to) => to !== "zod" && !/^events\/envelope\.ts$/.test(to),
  },
  {
    name: "the infrastructure imports declarations, never use cases",
    of: /^infra\/(?!local\/)/,
    forbids: (to) => /^(functions\/.*\.(api|worker|schedule|stream|webhook)\.ts|tests|bench)/.test(to),
  },
  {
    name: "nothing that runs imports tests, scripts or benchmarks",
    of: /^(shared|functions|events|infra)\//,
    forbids: (to) => /^(tests|bench|scripts)\//.test(to),
  },
];

const broken = ({ of, forbids }: Rule): string[] =>
  sources
    .filter(({ path }) => of.test(path))
    .flatMap(({ path, imports }) => imports.filter((one) => forbids(one.to, path, one)).map(({ to }) => `${path} imports ${to}`));

describe("who imports whom", () => {
  it.each(rules)("$name", (rule) => {
    expect(sources.filter(({ path }) => rule.of.test(path)).length).toBeGreaterThan(0);
    expect(broken(rule)).toEqual([]);
  });

  it.each(sources.filter(({ path }) => /(\.routes|\/resources|\/lambdas)\.ts$|^events\/catalog\.ts$/.test(path)))(
    "$path loads no AWS SDK, middleware or logger",
    ({ path }) => {
      const packages = [...loadedBy(path)]
        .flatMap((file) => sources.find((source) => source.path === file)?.imports ?? [])
        .filter(({ inside, type }) => !inside && !type);
      expect([...new Set(packages.map(({ to }) => to))].filter((name) => /^(@aws-sdk|@smithy|@middy|@aws-lambda-powertools)\//.test(name))).toEqual([]);
    },
  );

  it("has no cycles at run time", () => {
    const cyclic = sources.filter(({ path, imports }) => imports.some(({ to, type }) => !type && to !== path && loadedBy(to).has(path)));
    expect(cyclic.map(({ path }) => path)).toEqual([]);
  });

  it("names every local import with its suffix, and every file is there", () => {
    const known = new Set(sources.map(({ path }) => path));
    const lost = sources.flatMap(({ path, imports }) =>
      imports.filter(({ inside, to }) => inside && !/\.(json|mjs|csv|css|html)$/.test(to) && !known.has(to)).map(({ to }) => `${path} imports ${to}`),
    );
    expect(lost).toEqual([]);
  });
});
