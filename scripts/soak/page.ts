import type { Recorded } from "../../tests/support/figures.ts";
import { type Criterion, type CriterionId, criteria, notYet } from "./criteria.ts";
import { type LastRun, type LastRuns, digestOf } from "./last-runs.ts";

/** The recorded lines of a run, one entry a criterion; of a figure that came twice the later one stands. */
export const byCriterion = (lines: readonly Recorded[]): Map<CriterionId, Recorded["figures"]> =>
  new Map([...Map.groupBy(lines, ({ id }) => id)].map(([id, group]) => [id, Object.assign({}, ...group.map(({ figures }) => figures)) as Recorded["figures"]]));

const number = (value: number | string): string => (typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 2 }) : value);
const shown = ({ figures, passed }: LastRun): string =>
  `${passed ? "" : "**failed** "}${Object.entries(figures)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join("; ")}`;

/** Figures of a criterion or tests that have changed since say what those have shown. */
const dated = (id: CriterionId, { date, shown_by }: LastRun): string => (shown_by === digestOf(id) ? date : `${date}, by earlier words or tests`);

const row = (id: CriterionId, run: LastRun | undefined): string => {
  const { title, criterion, tests }: Criterion = criteria[id];
  const files = tests.map((file) => `\`${file}\``).join("<br>");
  return `| ${id} | ${title}. ${criterion} | ${run ? shown(run) : "not run at full size yet"} | ${run ? dated(id, run) : ""} | ${run ? `\`${run.command}\`` : ""} | ${files} |`;
};

/** `docs/trust.md`: each criterion with the figures of its last full run. */
export const trustPage = (runs: LastRuns): string => `<!-- Generated from the last runs; npm run test:soak runs anew, npm run golden follows words and tests -->

# Trust

What the system promises, and what the last run at full size has counted. \`npm test\` runs the same tests at a small size; \`npm run test:soak\` runs them whole and writes this page; \`npm run test:soak -- --only R1,S4\` runs some of them. A date says if the criterion or its tests have changed since. Figures come from one machine with two cores.

| id | criterion | figure | date | command | tests |
|---|---|---|---|---|---|
${(Object.keys(criteria) as CriterionId[]).map((id) => row(id, runs[id])).join("\n")}

## What is not shown here

| id | why |
|---|---|
${Object.entries(notYet)
  .map(([id, why]) => `| ${id} | ${why} |`)
  .join("\n")}
`;
