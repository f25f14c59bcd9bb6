import { describe, expect, it } from "vitest";
import { figures } from "../support/figures.ts";
import { loadTables } from "../support/matrix/operations.ts";
import { ABOUT_NO_ORG, GLOBAL, OF_THE_DEPLOYMENT, OF_THE_PERSON, REACHES, type Verdict, judgeOf } from "../support/recorder/judged-keys.ts";
import { isWholeSuite, readRecords } from "../support/recorder/records.ts";

const { calls, by_tests, files } = readRecords();
const tables = await loadTables();
const judge = judgeOf(tables);
const judged = calls.filter(({ service }) => tables.some(({ id }) => service.startsWith(`${id}.`))).map((call) => ({ ...call, verdict: judge(call) }));

const namesOf = (as: Verdict["as"]): string[] => [...new Set(judged.flatMap(({ verdict }) => (verdict.as === as ? [verdict.name] : [])))].toSorted();
const callsOf = (as: Verdict["as"]): number => judged.reduce((sum, { verdict, count }) => (verdict.as === as ? sum + count : sum), 0);
const MOST_GLOBAL_KINDS = 10;

describe("the recorder of keys", () => {
  it("finds that every key begins with the acting tenant, or the acting person in named kinds, but for those of named global kinds", () => {
    expect(
      namesOf("stray"),
      "A key must begin with an org that the request, the message or the list names. One that serves everybody is named in `globals` of its table and, with its reason, in judged-keys.ts.",
    ).toEqual([]);
  });

  it("knows ten kinds of keys at most that begin with no tenant", () => {
    expect(Object.keys(GLOBAL).length + Object.keys(OF_THE_DEPLOYMENT).length).toBeLessThanOrEqual(MOST_GLOBAL_KINDS);
  });

  it.skipIf(!isWholeSuite(files))("has met every named exception", () => {
    const because = "No call needs these any more, or one is missing: mend the list in judged-keys.ts.";
    expect(namesOf("global"), because).toEqual(Object.keys(GLOBAL).toSorted());
    expect(namesOf("deployment"), because).toEqual(Object.keys(OF_THE_DEPLOYMENT).toSorted());
    expect(namesOf("own person"), because).toEqual(Object.keys(OF_THE_PERSON).toSorted());
    expect(namesOf("person"), because).toEqual(Object.keys(REACHES.person).toSorted());
    expect(namesOf("new"), because).toEqual(Object.keys(REACHES.new).toSorted());
    expect(namesOf("no org"), because).toEqual(Object.keys(ABOUT_NO_ORG).toSorted());
    figures("S3", {
      keys: judged.reduce((sum, { count }) => sum + count, 0),
      kinds_of_calls: judged.length,
      calls_by_tests: by_tests,
      of_the_acting_person: callsOf("own person"),
      kinds_of_the_person: namesOf("own person").length,
      of_orgs_by_lists: callsOf("listed"),
      of_orgs_by_persons: callsOf("person") + callsOf("new"),
      strays: namesOf("stray").length,
      global_kinds: namesOf("global").length,
      kinds_of_the_deployment: namesOf("deployment").length,
      functions_that_reach_through_the_person: new Set([...namesOf("person"), ...namesOf("new"), ...namesOf("no org")]).size,
    });
  });
});
