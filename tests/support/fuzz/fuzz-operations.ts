import { beforeAll, describe, expect, it } from "vitest";
import { atSize, figures } from "../figures.ts";
import type { MatrixWorld } from "../matrix/world.ts";
import { type CheckName, checks } from "./checks.ts";
import { documentedOperations } from "./document.ts";
import { fuzzWorld, playOperation } from "./play.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? 20261120);
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
/** Worlds grow by what is made in them; at full size each operation gets a few of its own. */
const CASES_A_WORLD = 250;

interface Size {
  /** Of each operation. */
  readonly cases: number;
  /** Which operations of the API reference: all, or every nth. */
  readonly every: number;
  /** Requests that there must be in the end. */
  readonly least: number;
}

/** Declares the tests that play operations of the API reference, on what `where` names. */
export const fuzzOperations = ({ cases, every, least }: Size, where: string): void => {
  /** What changes the rules of an org comes last, so that the other operations meet those that it begins with. */
  const all = documentedOperations();
  const operations = all.filter((_, at) => at % every === 0).toSorted((a, b) => Number(a.method === "PATCH") - Number(b.method === "PATCH"));
  const reached = new Set<string>();
  const judged = new Map((Object.keys(checks) as CheckName[]).map((name) => [name, 0]));
  let requests = 0;
  let failed = 0;
  let shared: MatrixWorld;
  beforeAll(async () => {
    shared = await fuzzWorld();
  });

  describe(`HTTP fuzzing by the API reference, seed ${SEED}`, () => {
    it.each(operations)(
      "$id",
      async (operation) => {
        for (let left = cases, round = 0; left > 0; left -= CASES_A_WORLD, round++) {
          const place = cases > CASES_A_WORLD ? await fuzzWorld() : shared;
          const played = await playOperation(place, operation, all, { cases: Math.min(left, CASES_A_WORLD), seed: SEED + round });
          requests += played.requests;
          failed += played.failures.length;
          for (const [check, times] of played.judged) judged.set(check, judged.get(check)! + times);
          if (played.successes > 0) reached.add(operation.id);
          expect(played.failures.slice(0, 5), `${played.failures.length} failures`).toEqual([]);
          expect(
            played.successes,
            `Nothing succeeds; give it a scene in tests/support/fuzz/scenes.ts. ${played.refusals.slice(0, 3).join(" ")}`,
          ).toBeGreaterThan(0);
        }
      },
      TIMEOUT_MS,
    );

    it("reaches a success of every operation", () => {
      expect(operations.filter(({ id }) => !reached.has(id)).map(({ id }) => id)).toEqual([]);
      expect(requests).toBeGreaterThanOrEqual(least);
      // Some operations alone make or delete nothing.
      if (every === 1) expect([...judged].filter(([, times]) => times === 0).map(([check]) => check)).toEqual([]);
      figures("S4", {
        operations: operations.length,
        checks: Object.keys(checks).length,
        [`requests ${where}`]: requests,
        [`replies judged by the check that judged the fewest, ${where}`]: Math.min(...judged.values()),
        failures: failed,
        "operations that succeeded": reached.size,
      });
    });
  });
};
