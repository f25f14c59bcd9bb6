import { describe, expect, it } from "vitest";
import { environment } from "../../../shared/kernel/env.ts";

describe("environment", () => {
  it("lists the tables by id", () => {
    expect(environment({ TABLE_SOUNDCLOUD: "t-1", TABLE_IDENTITY: "t-2", OTHER: "x", TABLE_EMPTY: "" }).tables).toEqual({ soundcloud: "t-1", identity: "t-2" });
  });

  it("names a missing or empty variable", () => {
    const env = environment({ BUS_NAME: "bus", EMPTY: "" });
    expect(env.get("BUS_NAME")).toBe("bus");
    expect(() => env.get("NOT_THERE")).toThrow("NOT_THERE is not set");
    expect(() => env.get("EMPTY")).toThrow("EMPTY is not set");
  });
});
