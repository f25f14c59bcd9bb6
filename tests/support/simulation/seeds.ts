import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A run that failed once, with everything that decides it. */
interface KeptSeed {
  readonly run: string;
  readonly options: { readonly seed: number } & Readonly<Record<string, unknown>>;
}

const FILE = join(import.meta.dirname, "../../seeds.json");

const all = (): KeptSeed[] => (existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as KeptSeed[]) : []);

/** The options of the runs of this name that failed once; they are played first, for ever. */
export const keptSeeds = <T extends { readonly seed: number }>(run: string): T[] =>
  all()
    .filter((kept) => kept.run === run)
    .map(({ options }) => options as unknown as T);

/** Writes a failing run down, and says how it was decided and what it showed. */
export const keepSeed = <T extends { readonly seed: number }>(run: string, options: T, shown: object): void => {
  console.error(`The run "${run}" failed with ${JSON.stringify({ ...options, ...shown }, undefined, 2)}`);
  const kept = JSON.stringify({ run, options });
  const known = all();
  if (known.some((one) => JSON.stringify(one) === kept)) return;
  writeFileSync(FILE, `${JSON.stringify([...known, JSON.parse(kept)], undefined, 2)}\n`);
};
