import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemberColumn, type MemberRecord, memberLayout, memberRow } from "../../../../shared/soundcloud/import/member-row.ts";
import { judge } from "../../../../shared/kernel/import/outcome.ts";
import { anyText, createDedupe, readAll } from "./reading.ts";

const columns = Object.keys(memberLayout.headings) as MemberColumn[];
const record = (cells: Partial<MemberRecord> = {}): MemberRecord => ({
  ...(Object.fromEntries(columns.map((column) => [column, ""])) as Record<MemberColumn, string>),
  ...cells,
});
const draft = (cells: Partial<MemberRecord>) => {
  const verdict = memberRow(record({ name: "Noor", emails: "noor@x.example", ...cells }));
  if (verdict.outcome !== "imported") throw new Error(`The row was refused: ${verdict.reason}`);
  return verdict.draft;
};

describe("memberRow", () => {
  it("reads a whole row", () => {
    const verdict = memberRow(
      record({
        name: " Noor  Jones ",
        emails: "Noor@x.example; noor2@x.example",
        soundcloud_url: "http://m.soundcloud.com/Noor-Jones/tracks?x",
        followers: "21.6K",
        genres: "House / Trance, R&B, Melodic Techno / House",
        status: "Needs Reconnect",
        spotify_handle: "noor",
      }),
    );
    expect(verdict).toEqual({
      outcome: "imported",
      reason: null,
      draft: {
        name: "Noor Jones",
        emails: ["noor@x.example", "noor2@x.example"],
        primary_email: "noor@x.example",
        soundcloud_handle: "noor-jones",
        soundcloud_url: "https://soundcloud.com/noor-jones",
        spotify_handle: "noor",
        soundcloud_followers: 21_600,
        genres: [{ family: "Electronic", subgenre: "House" }, { family: "Electronic", subgenre: "Trance" }, { family: "R&B" }],
        manual_genres: ["Melodic Techno"],
        status: "needs_reconnect",
        genre_notes: undefined,
      },
      duplicate_keys: ["handle\nnoor-jones", "email\nnoor@x.example", "email\nnoor2@x.example"],
      warnings: [{ column: "genres", value: "House / Trance, R&B, Melodic Techno / House", code: "unknown_genre" }],
      flags: [],
    });
  });

  it.each([
    [{}, "skipped", "empty_row"],
    [{ emails: "a@x.example" }, "error", "missing_name"],
    [{ name: "n/a", emails: "a@x.example" }, "error", "missing_name"],
    [{ name: "x".repeat(201), emails: "a@x.example" }, "error", "name_too_long"],
    [{ name: "Noor", emails: "nobody" }, "error", "invalid_email"],
    [{ name: "Noor" }, "error", "missing_contact"],
    [{ name: "Noor", soundcloud_url: "https://notsoundcloud.com/noor" }, "error", "invalid_handle"],
    [{ name: "Noor", soundcloud_handle: "noor jones" }, "error", "invalid_handle"],
    [{ name: "Noor", soundcloud_url: "https://on.soundcloud.com/AbC" }, "error", "invalid_handle"],
  ])("refuses %j: %s, %s", (cells, outcome, reason) => {
    expect(memberRow(record(cells))).toMatchObject({ outcome, reason });
  });

  it("finds the handle in any form, in either column", () => {
    expect(draft({ soundcloud_handle: "@Noor_J" }).soundcloud_handle).toBe("noor_j");
    expect(draft({ soundcloud_handle: "soundcloud.com/Noor/a-track" }).soundcloud_handle).toBe("noor");
    expect(draft({ soundcloud_url: "noor", soundcloud_handle: "other" }).soundcloud_handle).toBe("noor");
  });

  it("warns and keeps the member where a value is of no use", () => {
    const verdict = memberRow(record({ name: "Noor", emails: "a@x.example, nobody", followers: "many", status: "retired" }));
    expect(verdict.warnings.map(({ code }) => code)).toEqual(["invalid_email", "unreadable_followers", "unknown_status"]);
    expect(verdict).toMatchObject({ draft: { soundcloud_followers: 0, status: "active" } });
  });

  it("keeps five addresses", () => {
    const emails = Array.from({ length: 6 }, (_, at) => `a${at}@x.example`).join(",");
    expect(draft({ emails }).emails).toHaveLength(5);
    expect(memberRow(record({ name: "Noor", emails })).warnings[0]?.code).toBe("too_many_emails");
  });

  it("is a duplicate by handle or by any address of an earlier row", async () => {
    const rows = await readAll(
      'Name,E-mail,Handle\nA,a@x.example,one\nB,b@x.example,ONE\nC,"c@x.example,A@x.example",three\nD,c@x.example,four\n',
      memberLayout,
    );
    const dedupe = createDedupe();
    const first = rows.map((row) => {
      const verdict = judge(row, memberRow);
      return verdict.outcome === "imported" ? dedupe(row.row, verdict) : verdict.reason;
    });
    expect(first).toEqual([undefined, 1, 1, undefined]);
  });

  it("has one outcome for any cells", () => {
    const cell = fc.oneof(anyText(300), fc.constantFrom("noor", "a@x.example", "House", "10k"));
    const anyRecord = fc.record(Object.fromEntries(columns.map((column) => [column, cell])) as Record<MemberColumn, typeof cell>);
    fc.assert(fc.property(anyRecord, (cells) => void expect(memberRow(cells).outcome).toMatch(/^(imported|skipped|error)$/)));
  });
});
