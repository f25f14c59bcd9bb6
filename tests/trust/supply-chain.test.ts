import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { figures } from "../support/figures.ts";

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  /** Comes inside the archive of the package that it lies in, whose integrity covers it. */
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

type Lock = ReadonlyMap<string, Entry>;

const lockOf = (text: string): Lock =>
  new Map(Object.entries((JSON.parse(text) as { packages: Record<string, Entry> }).packages).filter(([path]) => path !== ""));

const pathsOf = (lock: Lock, wanted: (entry: Entry, path: string) => boolean): string[] =>
  [...lock].filter(([path, entry]) => wanted(entry, path)).map(([path]) => path.replace(/^node_modules\//, ""));

const LICENCES = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "MIT-0", "Unlicense", "BlueOak-1.0.0"];

const isProduction = ({ dev, devOptional }: Entry): boolean => !dev && !devOptional;
/** What is built into functions. The optional packages are Node itself, for the machine that runs the commands. */
const isDeployed = (entry: Entry): boolean => isProduction(entry) && !entry.optional;

/** What is wrong with a lockfile, by rule; each list names packages. */
const faultsOf = (lock: Lock) => ({
  without_integrity: pathsOf(lock, ({ integrity, inBundle }) => !inBundle && !/^sha512-[\w+/]{86}==$/.test(integrity ?? "")),
  from_a_fixed_host: pathsOf(lock, ({ resolved }) => resolved !== undefined),
  other_licence: pathsOf(lock, (entry) => isProduction(entry) && !LICENCES.includes(entry.license ?? "")),
  runs_at_install: pathsOf(lock, ({ hasInstallScript }) => hasInstallScript === true),
});

/** They would run at installation, if .npmrc let them; nothing needs them. */
const INSTALL_SCRIPTS = ["@scarf/scarf", "esbuild"];

/**
 * Amazon publishes the clients of five services and what they share as 38 packages, each of them once here; eight are
 * of others.
 */
const MOST_DEPLOYED = 46;

const text = readFileSync("package-lock.json", "utf8");

describe("what is installed", () => {
  it("is pinned by content, comes from the registry that the machine names, and may be used", () => {
    expect(faultsOf(lockOf(text))).toEqual({ without_integrity: [], from_a_fixed_host: [], other_licence: [], runs_at_install: INSTALL_SCRIPTS });
    expect(readFileSync(".npmrc", "utf8")).toMatch(/^ignore-scripts=true$/m);
  });

  it("is little where it is deployed", () => {
    const lock = lockOf(text);
    const deployed = pathsOf(lock, isDeployed);
    expect(deployed.length, deployed.join(", ")).toBeLessThanOrEqual(MOST_DEPLOYED);
    figures("S23", { packages: lock.size, "packages in production": deployed.length, "without integrity": 0, "install scripts that run": 0 });
  });

  it.each([
    ["without_integrity", { integrity: "sha1-abc" }],
    ["from_a_fixed_host", { resolved: "https://registry.example/zod.tgz" }],
    ["other_licence", { license: "GPL-3.0" }],
    ["runs_at_install", { hasInstallScript: true }],
  ] as const)("is found out: %s", (rule, change) => {
    const lock = new Map(lockOf(text));
    lock.set("node_modules/zod", { ...lock.get("node_modules/zod"), ...change });
    expect(faultsOf(lock)[rule]).toContain("zod");
  });
});
