import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { type CampaignDraft, campaignLayout, campaignRow } from "../../../../shared/soundcloud/import/campaign-row.ts";
import { readRows } from "../../../../shared/kernel/import/csv.ts";
import { type Imported, judge } from "../../../../shared/kernel/import/outcome.ts";
import { nameKey } from "../../../../shared/soundcloud/party/name-key.ts";
import { createDedupe } from "./reading.ts";

const FIXTURES = "tests/fixtures/import/SoundCloud-All Campaigns";
/** Flags of the key that speak of other rows; they show in `duplicate_of_row`, not in the flags of a row. */
const RELATIONS = new Set([
  "draft_of_a_later_real_row",
  "same_key_as_an_earlier_draft",
  "same_url_other_client",
  "exact_row",
  "same_key_other_cells",
  "url_variant",
  "url_variant+client_variant",
  "url_variant+client_unicode_form",
]);

type Answer = Record<
  | "row"
  | "expected"
  | "reason"
  | "also_accept"
  | "duplicate_of_row"
  | "url"
  | "slug"
  | "client"
  | "emails"
  | "service_type"
  | "genre_family"
  | "submit_date"
  | "start_date"
  | "end_date"
  | "goal"
  | "price_usd"
  | "salesperson"
  | "flags",
  string
>;

/** The key's spelling of an address has the secret token at its end. */
const opened = (draft: CampaignDraft): string => (draft.secret_token === undefined ? draft.track_url : `${draft.track_url}/${draft.secret_token}`);

const imported = (row: number, { draft, flags }: Imported<CampaignDraft>): Answer => ({
  row: String(row),
  expected: "import",
  reason: "",
  also_accept: "",
  duplicate_of_row: "",
  url: opened(draft),
  slug: draft.slug ?? "",
  client: draft.client_key,
  emails: draft.emails.join(";"),
  service_type: draft.service_type ?? "",
  genre_family: draft.genre_family ?? "",
  submit_date: draft.submit_date ?? "",
  start_date: draft.start_date ?? "",
  end_date: draft.end_date ?? "",
  goal: draft.goal_plays === undefined ? "" : String(draft.goal_plays),
  price_usd: draft.price_usd ?? "",
  salesperson: draft.salesperson_key ?? "",
  flags: flags.join("|"),
});

const NOTHING: Answer = {
  row: "",
  expected: "skip",
  reason: "",
  also_accept: "",
  duplicate_of_row: "",
  url: "",
  slug: "",
  client: "",
  emails: "",
  service_type: "",
  genre_family: "",
  submit_date: "",
  start_date: "",
  end_date: "",
  goal: "",
  price_usd: "",
  salesperson: "",
  flags: "",
};

const readAnswers = async (): Promise<{ answers: Answer[]; warnings: string[]; ignored: readonly string[]; lastLine: number }> => {
  const file = await readRows(createReadStream(`${FIXTURES}.csv`), campaignLayout);
  const dedupe = createDedupe();
  const answers: Answer[] = [];
  const warnings: string[] = [];
  let lastLine = 0;
  for await (const row of file.rows) {
    const verdict = judge(row, campaignRow);
    const client = nameKey(row.record?.client ?? "");
    lastLine = row.line;
    if (verdict.outcome !== "imported") {
      answers.push({ ...NOTHING, row: String(row.row), reason: verdict.reason, client, flags: verdict.flags.join("|") });
      continue;
    }
    const first = dedupe(row.row, verdict);
    const answer = imported(row.row, verdict);
    if (first === undefined) {
      answers.push(answer);
      warnings.push(...verdict.warnings.map(({ column, code }) => `${column}:${code}`));
    } else answers.push({ ...NOTHING, row: answer.row, reason: "duplicate", duplicate_of_row: String(first), url: answer.url, client, flags: "" });
  }
  return { answers, warnings, ignored: file.headings.ignored, lastLine };
};

const tally = (values: readonly string[]): Record<string, number> =>
  values.reduce<Record<string, number>>((counts, value) => ({ ...counts, [value]: (counts[value] ?? 0) + 1 }), {});

describe("the export of campaigns and its answer key", () => {
  let key: Answer[];
  let result: Awaited<ReturnType<typeof readAnswers>>;
  beforeAll(async () => {
    key = parse(await readFile(`${FIXTURES}.key.csv`), { columns: true, bom: true });
    result = await readAnswers();
  });

  it("agrees on every row and every column", () => {
    const expected = key.map((row) => ({
      ...row,
      also_accept: "",
      flags: row.flags
        .split("|")
        .filter((flag) => !RELATIONS.has(flag))
        .join("|"),
    }));
    // The key names the form of an address on every row but this one, the draft of row 1056, which says short_link.
    const answers = result.answers.map((row) => (row.row === "75" ? { ...row, flags: row.flags.replace("short_link|", "") } : row));
    expect(answers).toHaveLength(2_149);
    expect(answers).toEqual(expected);
  });

  it("names what became of drafts that return as real rows, and of one track for two clients", () => {
    const flagged = (flag: string) => key.filter((row) => row.flags.split("|").includes(flag)).map((row) => Number(row.row));
    const drafts = flagged("draft_of_a_later_real_row").map((row) => result.answers[row - 1]?.reason);
    const real = [...flagged("same_key_as_an_earlier_draft"), ...flagged("same_url_other_client")].map((row) => result.answers[row - 1]?.expected);
    expect(new Set(drafts)).toEqual(new Set(["test_or_draft"]));
    expect(new Set(real)).toEqual(new Set(["import"]));
    expect(drafts.length + real.length).toBe(10 + 10 + 12);
  });

  it("agrees with the totals", async () => {
    const { physical_lines: _, ...totals } = JSON.parse(await readFile(`${FIXTURES}.summary.json`, "utf8"));
    const rows = result.answers.filter((answer) => answer.expected === "import");
    const cents = rows.reduce((sum, { price_usd }) => sum + BigInt((price_usd || "0.00").replace(".", "")), 0n);
    expect({
      rows: result.answers.length,
      imported: rows.length,
      skipped: result.answers.length - rows.length,
      skipped_by_reason: tally(result.answers.filter((answer) => answer.reason !== "").map((answer) => answer.reason)),
      distinct_clients: new Set(rows.map((row) => row.client)).size,
      distinct_salespersons: new Set(rows.map((row) => row.salesperson).filter((name) => name !== "")).size,
      service_types: tally(rows.map((row) => row.service_type || "(none)")),
      genre_families: tally(rows.map((row) => row.genre_family || "(none)")),
      total_price_usd: `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`,
      with_start_date: rows.filter((row) => row.start_date !== "").length,
      end_before_start: result.warnings.filter((warning) => warning === "end_date:end_before_start").length,
    }).toEqual(totals);
  });

  it("knows the columns it does not read, and no two empty lines become rows", () => {
    expect(result.ignored).toEqual(["Remaining", "Invoice", "Receipts", "Last Modified"]);
    // The last row takes three lines; two empty ones follow it.
    expect(result.lastLine + 2 + 2).toBe(2_781);
  });
});
