import { expect, it } from "vitest";
import { rateOf } from "../../../../shared/kernel/import/import-view.ts";

it.each([
  [57, 800, 0.0713],
  [69, 800, 0.0863],
  [1, 3, 0.3333],
  [2, 3, 0.6667],
  [7, 7, 1],
  [0, 7, 0],
  [0, 0, null],
])("%i of %i are %d, rounded half away from zero", (part, whole, rate) => {
  expect(rateOf(part, whole)).toBe(rate);
});
