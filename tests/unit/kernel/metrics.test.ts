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
});
