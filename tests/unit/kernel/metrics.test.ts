import { describe, expect, it, vi } from "vitest";
import { metrics } from "../../../shared/kernel/metrics.ts";

describe("metrics", () => {
  it("writes what was collected as one line of the embedded metric format, and nothing when there is nothing", () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      const { count, took, flush } = metrics();
      flush();
      expect(written).not.toHaveBeenCalled();
      count("imported", 3);
      took("solve", 12.5);
      flush();
      expect(written).toHaveBeenCalledTimes(1);
      const line = JSON.parse(written.mock.calls[0]![0] as string) as Record<string, unknown>;
      expect(line).toMatchObject({ imported: 3, solve: 12.5 });
      expect(JSON.stringify(line["_aws"])).toContain('{"Name":"solve","Unit":"Milliseconds"}');
    } finally {
      written.mockRestore();
    }
  });

  it("counts below a dimension and for the function as a whole, until the flush", () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      const { by, count, flush } = metrics();
      by("route", "GET /things");
      count("requests");
      flush();
      count("requests");
      flush();
      type Line = { readonly _aws: { readonly CloudWatchMetrics: readonly [{ readonly Dimensions: readonly string[][] }] } };
      const dimensions = written.mock.calls.map(([line]) => (JSON.parse(line as string) as Line)["_aws"].CloudWatchMetrics[0].Dimensions);
      expect(dimensions.map((sets) => sets.map((set) => set.toSorted()))).toEqual([[["route", "service"], ["service"]], [["service"]]]);
    } finally {
      written.mockRestore();
    }
  });
});
