/** What the demonstration came to. */
export interface Report {
  readonly rows: { readonly total: number; readonly imported: number; readonly failed: number; readonly skipped: Readonly<Record<string, number>> };
  readonly members: number;
  readonly proposals: number;
  readonly queue: {
    readonly date: string;
    readonly total_slots: number;
    readonly filled_slots: number;
    readonly empty: Readonly<Record<string, number>>;
    readonly unmet: Readonly<Record<string, number>>;
  };
  readonly assignments: Readonly<Record<string, number>>;
  readonly credits: { readonly before: number; readonly after: number; readonly minted: number };
  readonly differences: number;
}

const counts = (by: Readonly<Record<string, number>>): string =>
  Object.entries(by)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count.toLocaleString("en")}`)
    .join(", ") || "none";

const sum = (by: Readonly<Record<string, number>>): number => Object.values(by).reduce((total, count) => total + count, 0);

/** The result as a small table with links, for a terminal. */
export const reportTable = ({ rows, members, proposals, queue, assignments, credits, differences }: Report, base_url: string): string => {
  const lines: readonly (readonly [string, string])[] = [
    [
      "Rows read",
      `${rows.total.toLocaleString("en")}: ${rows.imported.toLocaleString("en")} imported, ${sum(rows.skipped).toLocaleString("en")} skipped, ${rows.failed} errors`,
    ],
    ["  skipped because", counts(rows.skipped)],
    ["Members", `${members}, with wallets and accounts known to the sandbox`],
    ["Proposals", `${proposals} built by hand, the rest with the queue`],
    [`Queue of ${queue.date}`, `${queue.filled_slots} of ${queue.total_slots} slots filled`],
    ["  empty because", counts(queue.empty)],
    ["  unmet because", counts(queue.unmet)],
    ["Assignments", counts(assignments)],
    ["Credits", `${credits.before} before, ${credits.after} after; ${credits.minted} minted for client work`],
    ["Reconciliation", differences === 0 ? "0 differences" : `${differences} DIFFERENCES`],
    ["Look at", `${base_url}/console/tables  ${base_url}/console/queues  ${base_url}/docs`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
};
