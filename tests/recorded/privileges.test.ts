import { beforeAll, describe, expect, it } from "vitest";
import { platforms } from "../../infra/platforms.ts";
import { figures } from "../support/figures.ts";
import { BY_LAMBDA, type Granted, grantsOfTemplates, lambdaActingAs } from "../support/recorder/grants.ts";
import { isWholeSuite, readRecords } from "../support/recorder/records.ts";

const { calls, files } = readRecords();
const whole = isWholeSuite(files);
const used = new Map<string, Set<string>>();
for (const { service, action, resource } of calls) {
  const lambda = lambdaActingAs(service);
  used.set(lambda, (used.get(lambda) ?? new Set()).add(`${action} ${resource}`));
}

/** Calls that tests keep out of the record, with the reason. */
const UNSEEN: readonly { readonly permission: RegExp; readonly of: (lambda: string) => boolean; readonly because: string }[] = [
  {
    permission: /^kms:(?:GenerateDataKey|Decrypt) key$/,
    of: (lambda) => callsSoundCloud.has(lambda),
    because: "The client of SoundCloud seals its token; tests give the client ready-made, and token-store.test.ts tests the sealing.",
  },
];
const callsSoundCloud = new Set(
  platforms.flatMap(({ platform }) =>
    Object.entries(platform.lambdas).flatMap(([name, { access }]) => (access.calls?.some((one) => one === "soundcloud") ? [`${platform.id}.${name}`] : [])),
  ),
);

/** Functions that only tests have. */
const OF_TESTS: Readonly<Record<string, string>> = {
  "hall.songs": "A small platform whose routes use every part of the HTTP layer, tests/api/kernel/http/place.ts.",
};

let grants: Granted[];
beforeAll(() => {
  grants = grantsOfTemplates();
}, 300_000);

const whereToMend = (lambda: string): string => `its access in functions/${lambda.split(".")[0]}/lambdas.ts`;

describe("least privilege", () => {
  it.skipIf(!whole)("is recorded for every function that is deployed", () => {
    expect(
      grants.filter(({ lambda }) => !used.has(lambda)).map(({ lambda }) => lambda),
      "No test runs this function; add one.",
    ).toEqual([]);
  });
  it("is recorded for functions alone that are deployed", () => {
    const deployed = new Set(grants.map(({ lambda }) => lambda));
    expect(
      [...used.keys()].filter((lambda) => !deployed.has(lambda) && !(lambda in OF_TESTS)),
      "No policy says what these may do; a test acts under the name of one that is deployed.",
    ).toEqual([]);
    if (whole) expect(Object.keys(OF_TESTS).filter((lambda) => !used.has(lambda))).toEqual([]);
  });
  it("denies nothing: what a function calls, its role allows", () => {
    const denied = grants.flatMap(({ lambda, may }) =>
      [...(used.get(lambda) ?? [])].filter((call) => !may.has(call)).map((call) => `${lambda} needs ${call}: add it to ${whereToMend(lambda)}`),
    );
    expect(denied).toEqual([]);
  });
  it.skipIf(!whole)("grants nothing that no test uses", () => {
    const unused = grants.flatMap(({ lambda, may }) =>
      [...may]
        .filter((permission) => !used.get(lambda)?.has(permission))
        .filter((permission) => !BY_LAMBDA.some((one) => one.permission.test(permission)))
        .filter((permission) => !UNSEEN.some((one) => one.permission.test(permission) && one.of(lambda)))
        .map((permission) => `${lambda} never uses ${permission}: take it out of ${whereToMend(lambda)}, or test what needs it`),
    );
    expect(unused).toEqual([]);
    figures("S17", {
      functions: grants.length,
      permissions: grants.reduce((sum, { may }) => sum + may.size, 0),
      calls: calls.reduce((sum, call) => sum + call.count, 0),
      denied: 0,
      unused: 0,
    });
  });
});
