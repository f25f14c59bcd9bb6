import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CampaignColumn, type CampaignRecord, campaignLayout, campaignRow } from "../../../../shared/soundcloud/import/campaign-row.ts";
import { anyText } from "./reading.ts";

const columns = Object.keys(campaignLayout.headings) as CampaignColumn[];
const record = (cells: Partial<CampaignRecord> = {}): CampaignRecord => ({
  ...(Object.fromEntries(columns.map((column) => [column, ""])) as Record<CampaignColumn, string>),
  track_url: "https://soundcloud.com/halcyon/first-light",
  client: "Halcyon Drift",
  ...cells,
});
const draft = (cells: Partial<CampaignRecord>) => {
  const verdict = campaignRow(record(cells));
  if (verdict.outcome !== "imported") throw new Error(`The row was refused: ${verdict.reason}`);
  return verdict.draft;
};

describe("campaignRow", () => {
  it.each(["", " ", "\u00A0", "\u200B", "n/a", "TBD", "-", "None", "pending"])("skips a row whose Track URL is %j as missing", (track_url) => {
    expect(campaignRow(record({ track_url, status: "Draft" }))).toMatchObject({ outcome: "skipped", reason: "missing_track_url", column: "track_url" });
  });

  it("looks at the address before it looks for tests", () => {
    const verdict = campaignRow(record({ track_url: "https://notsoundcloud.com/a/b", status: "Test" }));
    expect(verdict).toMatchObject({ outcome: "skipped", reason: "non_soundcloud_url", value: "https://notsoundcloud.com/a/b" });
  });

  it.each([
    { status: " DRAFT " },
    { status: "test" },
    { client: "Test" },
    { client: "draft client" },
    { notes: "TEST\nignore" },
    { notes: " draft: waiting" },
    { notes: "test-run" },
  ])("skips %j as a test", (cells) => {
    expect(campaignRow(record(cells))).toMatchObject({ outcome: "skipped", reason: "test_or_draft", column: Object.keys(cells)[0] });
  });

  it.each([
    { client: "Testament Sounds" },
    { client: "Draftsmen" },
    { client: "Testé" },
    { client: "The Test" },
    { notes: "tested the link - works" },
    { notes: "latest draft" },
    { notes: "retest" },
    { status: "Testing" },
    { status: "Draft 2" },
  ])("imports %j", (cells) => {
    expect(campaignRow(record(cells)).outcome).toBe("imported");
  });

  it("cannot store a row without a client, or with a name or an address beyond all bounds", () => {
    expect(campaignRow(record({ client: " \u200B" }))).toMatchObject({ outcome: "error", reason: "missing_client" });
    expect(campaignRow(record({ client: "x".repeat(201) }))).toMatchObject({ outcome: "error", reason: "client_too_long" });
    expect(campaignRow(record({ track_url: `https://soundcloud.com/${"a".repeat(1_000)}/b` }))).toMatchObject({ reason: "track_url_too_long" });
  });

  it.each([
    ["Ready", "approved"],
    ["ACTIVE ", "approved"],
    ["Pending", "pending"],
    ["on  hold", "pending"],
    ["", "pending"],
    ["Complete", "closed"],
    ["Cancelled", "closed"],
  ])("takes the status %j for %s", (status, state) => {
    expect(draft({ status }).state).toBe(state);
    expect(campaignRow(record({ status })).warnings).toEqual([]);
  });

  it("keeps an unknown status as written, as pending, with a warning", () => {
    expect(draft({ status: "Archived" })).toMatchObject({ state: "pending", source_status: "Archived" });
    expect(campaignRow(record({ status: "Archived" })).warnings).toEqual([{ column: "status", value: "Archived", code: "unknown_status" }]);
  });

  it.each([
    ["Halcyon - First Light", "First Light", "Halcyon"],
    ["HÁLCYON – FIRST LIGHT", "FIRST LIGHT", "HÁLCYON"],
    ["Others - Another Song", "First Light", "Halcyon"],
    ["First-Light", "First-Light", "Halcyon"],
    ["", "First Light", "Halcyon"],
  ])("with Track Info %j names the track %j by %j", (track_info, track_title, artist_name) => {
    expect(draft({ track_info })).toMatchObject({ track_title, artist_name });
  });

  it("takes title and artist from Track Info where the address names no track", () => {
    const track_url = "https://on.soundcloud.com/AbC1";
    expect(draft({ track_url, track_info: "Zoë - Grün - Live" })).toMatchObject({
      track_title: "Grün - Live",
      artist_name: "Zoë",
      track_kind: "short",
      needs_track: true,
    });
    expect(draft({ track_url, track_info: "" })).toMatchObject({ track_title: undefined, artist_name: undefined });
  });

  it("keeps a secret token out of everything but its own field", () => {
    const secret = "s-ED3GbVBeyw4";
    const verdict = campaignRow(record({ track_url: `https://soundcloud.com/a/b/${secret}?si=1` }));
    const { draft: found, ...rest } = verdict.outcome === "imported" ? verdict : { draft: undefined };
    const { secret_token, ...others } = found ?? {};
    expect(secret_token).toBe(secret);
    expect(others).toMatchObject({ track_kind: "private", needs_track: false, track_url: "https://soundcloud.com/a/b" });
    expect(JSON.stringify([others, rest])).not.toContain(secret);
  });

  it("tells two secret links of one track apart, and a secret link from the open one", () => {
    const keys = ["", "/s-One1", "/s-Two2", "/s-one1"].map((end) => draft({ track_url: `https://soundcloud.com/a/b${end}` }).url_key);
    expect(new Set(keys).size).toBe(4);
    expect(draft({ track_url: "http://www.soundcloud.com/a/b/s-One1/?x" }).url_key).toBe(keys[1]);
  });

  it("warns of values that it cannot take, and imports the row without them", () => {
    const verdict = campaignRow(
      record({
        service_type: "Mastering",
        genre: "Hyperpop",
        goal: "lots",
        sale_price: "cheap",
        start_date: "2024-02-30",
        end_date: "soon",
        client_email: "nobody",
      }),
    );
    expect(verdict.warnings.map(({ column, code }) => `${column} ${code}`).toSorted()).toEqual([
      "client_email invalid_email",
      "end_date unreadable_date",
      "genre unknown_genre",
      "goal unreadable_goal",
      "sale_price unreadable_price",
      "service_type unknown_service_type",
      "start_date impossible_date",
    ]);
    expect(verdict).toMatchObject({ outcome: "imported", draft: { service_type: undefined, price_usd: undefined, start_date: undefined, emails: [] } });
  });

  it("keeps an end before the start, with a warning", () => {
    const cells = { start_date: "2024-05-02", end_date: "5/1/2024" };
    expect(draft(cells)).toMatchObject({ start_date: "2024-05-02", end_date: "2024-05-01" });
    expect(campaignRow(record(cells)).warnings).toEqual([{ column: "end_date", value: "5/1/2024", code: "end_before_start" }]);
  });

  it("has one outcome for any cells, and few and short warnings", () => {
    const cell = fc.oneof(
      anyText(300),
      fc.constantFrom("https://soundcloud.com/a/b", "Test", "Repost Network", "1/2/2024", "$5", "a@x.example", "10k", "Ready"),
    );
    const anyRecord = fc.record(Object.fromEntries(columns.map((column) => [column, cell])) as Record<CampaignColumn, typeof cell>);
    fc.assert(
      fc.property(anyRecord, (cells) => {
        const verdict = campaignRow(cells);
        expect(["imported", "skipped", "error"]).toContain(verdict.outcome);
        expect(verdict.warnings.length).toBeLessThanOrEqual(18);
        expect(JSON.stringify(verdict).isWellFormed()).toBe(true);
        expect(verdict.warnings.every(({ value }) => value.length <= 201)).toBe(true);
      }),
    );
  });
});
