import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle, entriesOf } from "../../infra/bundle.ts";
import { platforms } from "../../infra/platforms.ts";
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
/** What functions may be built of. The optional packages are Node itself, for the machine that runs the commands. */
const isForFunctions = (entry: Entry): boolean => isProduction(entry) && !entry.optional;

/** What is wrong with a lockfile, by rule; each list names packages. */
const faultsOf = (lock: Lock) => ({
  without_integrity: pathsOf(lock, ({ integrity, inBundle }) => !inBundle && !/^sha512-[\w+/]{86}==$/.test(integrity ?? "")),
  from_a_fixed_host: pathsOf(lock, ({ resolved }) => resolved !== undefined),
  other_licence: pathsOf(lock, (entry) => isProduction(entry) && !LICENCES.includes(entry.license ?? "")),
  runs_at_install: pathsOf(lock, ({ hasInstallScript }) => hasInstallScript === true),
});

/** They would run at installation, if .npmrc let them; nothing needs them. */
const INSTALL_SCRIPTS = ["@scarf/scarf", "esbuild"];

/** Packages that some function is built of. */
const MOST_DEPLOYED = 40;
/** Amazon publishes the clients of five services and what they share as so many packages, each of them once here. */
const OF_AMAZON = 38;
const isOfAmazon = (path: string): boolean => /^(?:@aws|@aws-sdk|@aws-lambda-powertools|@smithy)\//.test(path);
/** All others, each with who asks for it. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  "@middy/core": "the product",
  "@middy/util": "@middy/core",
  zod: "the product",
  "csv-parse": "the product",
  "csv-stringify": "the product",
  liquidjs: "the product",
  "liquidjs/node_modules/commander": "liquidjs, for its command line, which is built into nothing",
  htmlparser2: "the product",
  entities: "htmlparser2",
  domhandler: "htmlparser2, for trees, which are built into nothing",
  domelementtype: "domhandler",
  domutils: "htmlparser2, for trees, which are built into nothing",
  "dom-serializer": "domutils",
  standardwebhooks: "the product",
  "@stablelib/base64": "standardwebhooks",
  "fast-sha256": "standardwebhooks",
  bowser: "@aws-sdk/core",
  mnemonist: "@aws-sdk/endpoint-cache",
  obliterator: "mnemonist",
  tslib: "packages of Amazon's",
};

/** What the bundles take their code from. */
const builtInto = async (): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), "groundswell-supply-"));
  try {
    const { outputs } = await bundle(entriesOf(platforms.map(({ platform }) => platform)), join(import.meta.dirname, "../.."), folder);
    const files = Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
    );
    return [...new Set(files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))].toSorted();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const text = readFileSync("package-lock.json", "utf8");

/** What the workflow runs, a command a line. */
const commandsOf = (workflow: string): string[] => [...workflow.matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, command]) => command!);

describe("the workflow", () => {
  const workflow = readFileSync(".github/workflows/test.yml", "utf8");

  it("installs from the lockfile, without scripts, asks for known faults, and keeps a bill of materials", () => {
    expect(commandsOf(workflow)).toEqual([
      ".ci/run",
      "npm audit --omit=dev --audit-level=high",
      "npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx > sbom.json",
    ]);
    // Scripts are off by .npmrc, for whoever installs.
    expect(readFileSync(".ci/run", "utf8").match(/^npm .+$/gm)).toEqual(["npm ci", "npm test"]);
    expect(workflow).toMatch(/uses: actions\/upload-artifact@v4\n +with:\n +name: sbom\n +path: sbom\.json\n/);
  });
  it("lets none of this fail in silence, and runs it for every change", () => {
    expect(workflow).not.toMatch(/continue-on-error|\bif:|\|\||paths(?:-ignore)?:/);
    expect(workflow).toMatch(/^on:\n {2}push:\n {4}branches: \[main\]\n {2}pull_request:\n/m);
  });
});

describe("what is installed", () => {
  it("is pinned by content, comes from the registry that the machine names, and may be used", () => {
    expect(faultsOf(lockOf(text))).toEqual({ without_integrity: [], from_a_fixed_host: [], other_licence: [], runs_at_install: INSTALL_SCRIPTS });
    const rules = readFileSync(".npmrc", "utf8");
    expect(rules).toMatch(/^ignore-scripts=true$/m);
    // What was published within a week may be withdrawn again; nothing that is resolved anew takes it.
    expect(rules).toMatch(/^min-release-age=7$/m);
  });

  it("is little where it is deployed, and each package has somebody who asks for it", async () => {
    const lock = lockOf(text);
    const installed = pathsOf(lock, isForFunctions);
    expect(installed.filter((path) => !isOfAmazon(path)).toSorted()).toEqual(Object.keys(OF_OTHERS).toSorted());
    expect(installed.filter(isOfAmazon).length, installed.filter(isOfAmazon).join(", ")).toBeLessThanOrEqual(OF_AMAZON);
    const deployed = await builtInto();
    expect(deployed.length, deployed.join(", ")).toBeLessThanOrEqual(MOST_DEPLOYED);
    figures("S23", {
      packages: lock.size,
      "packages for functions": installed.length,
      "packages in functions": deployed.length,
      "npm audit": "not run: it asks the registry, which the workflow does",
    });
  }, 120_000);

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
