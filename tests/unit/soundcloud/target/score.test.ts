import { describe, expect, it } from "vitest";
import { type AdjacencyMatrix, genreAffinityMilli, score, scoreParts } from "../../../../shared/soundcloud/target/score.ts";

describe("score", () => {
  it.each([
    ["m1", 1_000, 8, 0, 14, 9_750],
    ["m2", 800, 3, 1, 7, 7_217],
    ["m3", 500, 18, 0, 20, 6_875],
    ["m4", 800, 0, 0, null, 7_550],
    ["m5", 500, 1, 3, 2, 4_048],
    ["the best", 1_000, 1e9, 0, null, 10_000],
    ["the worst", 0, 0, 1e9, 0, 0],
  ])("%s", (_, genre, completed, unsuccessful, days_since_last, expected) => {
    expect(score(genre, { completed, unsuccessful, days_since_last })).toBe(expected);
  });

  it("shows its parts in thousandths", () => {
    expect(scoreParts(800, { completed: 3, unsuccessful: 1, days_since_last: 7 })).toEqual({ genre: 800, reliability: 667, rest: 500 });
  });
});

describe("genreAffinityMilli", () => {
  const adjacency: AdjacencyMatrix = { Electronic: { Pop: 0.5 } };
  const house = { family: "Electronic", subgenre: "house" };
  const techno = { family: "Electronic", subgenre: "techno" };
  const electronic = { family: "Electronic" };
  const pop = { family: "Pop" };

  it.each([
    ["same subgenre", [house], [house], 1_000],
    ["same family", [house], [techno], 800],
    ["two families alone are not a shared subgenre", [electronic], [{ family: "Electronic", subgenre: null }], 800],
    ["neighbours", [house], [pop], 500],
    ["neighbours, the other way", [pop], [house], 500],
    ["strangers", [house], [{ family: "Jazz" }], 0],
    ["the best pair", [{ family: "Jazz" }, house], [pop, techno], 800],
    ["no genre", [], [house], 0],
    ["names of built-in members", [{ family: "constructor" }], [{ family: "name" }], 0],
  ])("%s", (_, track, supporter, expected) => {
    expect(genreAffinityMilli(track, supporter, adjacency)).toBe(expected);
  });
});
