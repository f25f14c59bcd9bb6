import { describe, expect, it } from "vitest";
import { FIRST_REST_MS, leastRestAfter, restAfter } from "../../../infra/local/sources/stream-rest.ts";

/** The rests after so many empty looks that all took as long. */
const restsOf = (looks: number, look_ms: number): number[] => {
  const rests = [FIRST_REST_MS];
  while (rests.length < looks) rests.push(restAfter(look_ms, rests.at(-1)!));
  return rests;
};

describe("the rest of a quiet stream", () => {
  it("doubles up to two seconds where looks are quick", () => {
    expect(restsOf(9, 3)).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000, 2000]);
  });

  it("is ten times as long as a look where looks are slow, and ten seconds at most", () => {
    expect(restsOf(9, 330).slice(-3)).toEqual([3200, 3300, 3300]);
    expect(restsOf(12, 3000).slice(-3)).toEqual([10_000, 10_000, 10_000]);
  });

  it("never doubles twice in one look, and shortens once looks are quick again", () => {
    expect(restAfter(3000, 50)).toBe(100);
    expect(restAfter(3, 10_000)).toBe(2000);
  });

  it("is ended by what happens, so that looks take a fiftieth of the time at most", () => {
    expect([leastRestAfter(0.2, 2000), leastRestAfter(3, 2000), leastRestAfter(20, 2000)]).toEqual([50, 150, 1000]);
    expect([leastRestAfter(330, 3300), leastRestAfter(3, 100)]).toEqual([3300, 100]);
  });
});
