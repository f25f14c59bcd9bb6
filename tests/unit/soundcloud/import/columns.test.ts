import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CampaignColumn, campaignLayout } from "../../../../shared/soundcloud/import/campaign-row.ts";
import { type Layout, mapHeadings, pickCells } from "../../../../shared/kernel/import/columns.ts";
import { memberLayout } from "../../../../shared/soundcloud/import/member-row.ts";

describe("mapHeadings", () => {
  it("takes the best known heading of a column, then the left one, and says which others it leaves", () => {
    const map = mapHeadings(campaignLayout, ["SoundCloud URL", "Client Name", "track_url", "CLIENT", "Track  Url ", "Colour", ""]);
    expect([...map.positions]).toEqual([
      ["track_url", 2],
      ["client", 3],
    ]);
    expect(map).toMatchObject({ width: 7, ignored: ["Colour"], repeated: ["SoundCloud URL", "Client Name", "Track Url"] });
  });

  it("knows each heading in any case, with spaces, underscores, hyphens or none", () => {
    const spell = fc.constantFrom<(text: string) => string>(
      (text) => text.toUpperCase(),
      (text) => ` ${text.toLowerCase().replaceAll(" ", "_")} `,
      (text) => text.replaceAll(" ", ""),
      (text) => text.replaceAll(" ", "  - "),
    );
    const columns = Object.keys(campaignLayout.headings) as CampaignColumn[];
    fc.assert(
      fc.property(fc.shuffledSubarray(columns, { minLength: columns.length }), spell, (order, spelled) => {
        const map = mapHeadings(
          campaignLayout,
          order.map((column) => spelled(campaignLayout.headings[column][0]!)),
        );
        expect(new Map(map.positions)).toEqual(new Map(order.map((column, at) => [column, at])));
        expect([...map.ignored, ...map.repeated]).toEqual([]);
      }),
    );
  });

  it.each([campaignLayout, memberLayout] as Layout<string>[])("has no heading that names two columns", ({ headings }) => {
    const names = Object.values(headings)
      .flat()
      .map((heading) => heading.toLowerCase().replaceAll(" ", ""));
    expect(names).toEqual([...new Set(names)]);
  });
});

describe("pickCells", () => {
  it("gives every column of the layout, empty where the file or the row has no cell", () => {
    const layout: Layout<"a" | "b" | "c"> = { required: [], headings: { a: ["A"], b: ["B"], c: ["C"] } };
    const map = mapHeadings(layout, ["X", "C", "A"]);
    expect(pickCells(layout, map, ["x", "3"])).toEqual({ a: "", b: "", c: "3" });
  });
});
