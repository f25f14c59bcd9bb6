import { appendFileSync } from "node:fs";
import type { CriterionId } from "../../scripts/soak/criteria.ts";

/** Whether this is `npm run test:soak`, which runs the tests of trust at their full size. */
export const isSoak = process.env["TRUST_SIZE"] === "full";

/** Whether no test may have its tables in its own process: all are on DynamoDB Local. */
export const allOnEngine = process.env["TRUST_ENGINE"] === "dynamodb";

/** The size of a test: small in `npm test`, whole in `npm run test:soak`. */
export const atSize = <T>({ test, soak }: { readonly test: T; readonly soak: T }): T => (isSoak ? soak : test);

export interface Recorded {
  readonly id: CriterionId;
  readonly figures: Readonly<Record<string, number | string>>;
}

/**
 * What a test has counted towards a criterion of `docs/trust.md`, by name: `{ operations: 100_000, violations: 0 }`.
 * Several tests may add to one criterion; the soak run writes them down, any other run forgets them. Call it at the end,
 * behind the assertions.
 */
export const figures = (id: CriterionId, counted: Recorded["figures"]): void => {
  const file = process.env["TRUST_FIGURES"];
  const line: Recorded = { id, figures: counted };
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
};
