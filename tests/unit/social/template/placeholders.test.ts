import { describe, expect, it } from "vitest";
import { filled, placeholdersIn, strayBrace, valueViolations } from "../../../../shared/social/template/placeholders.ts";

const TEXT = "{exercise_name}: {sets} sets. {exercise_name}!";

describe("placeholders", () => {
  it("are each named once", () => {
    expect(placeholdersIn(TEXT)).toEqual(["exercise_name", "sets"]);
    expect(placeholdersIn("none")).toEqual([]);
  });

  it("are filled everywhere, once, whatever a value holds", () => {
    expect(filled(TEXT, { exercise_name: "{sets} $1 $&", sets: "5" })).toBe("{sets} $1 $&: 5 sets. {sets} $1 $&!");
  });

  it("that are missing and values that are unknown are told together", () => {
    expect(valueViolations(TEXT, { reps: "5", "a/b": "x", toString: "y" }).map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/values/exercise_name", "required"],
      ["/values/sets", "required"],
      ["/values/reps", "unknown_placeholder"],
      ["/values/a~1b", "unknown_placeholder"],
      ["/values/toString", "unknown_placeholder"],
    ]);
    expect(valueViolations("{constructor}", {}).map(({ code }) => code)).toEqual(["required"]);
    expect(valueViolations(TEXT, { exercise_name: "", sets: "5" })).toEqual([]);
  });

  it.each(["{Exercise}", "{exercise name}", "{}", "{sets", "sets}", "{{sets}}", "{sets}}"])("a brace of none is seen: %s", (text) => {
    expect(strayBrace(text)).toBeDefined();
  });
  it("text with placeholders only has none", () => {
    expect(strayBrace(TEXT)).toBeUndefined();
  });
});
