import { describe, expect, it } from "vitest";
import * as z from "zod";
import { command } from "../../events/envelope.ts";
import type { DeployedPlatform } from "../../infra/stacks.ts";
import { stageNamed } from "../../infra/stage.ts";
import { anyone, resource, route } from "../../shared/kernel/http/route.ts";
import { apiLambda, platform, streamLambda } from "../../shared/kernel/lambda.ts";
import { sample } from "./sample.ts";
import { synthesize } from "./synthesized.ts";

const dev = stageNamed("dev");
const made = synthesize(dev, sample);

const roleOf = (name: string) => {
  const fn = made.all("AWS::Lambda::Function").find(({ Properties }) => Properties["FunctionName"] === `groundswell-dev-${name}`)!;
  const role = made.stack(fn.stack).resources[fn.Properties["Role"]["Fn::GetAtt"][0]]!;
  const statements = role.Properties["Policies"][0].PolicyDocument.Statement;
  return {
    variables: fn.Properties["Environment"].Variables as Record<string, unknown>,
    /** `action resource`, sorted; a resource is shown by the exports, and the logical ids without their hash, in it. */
    may: statements
      .filter(({ Effect }: any) => Effect === "Allow")
      .flatMap(({ Action, Resource }: any) => [Action].flat().flatMap((action: string) => [Resource].flat().map((one: unknown) => `${action} ${shown(one)}`)))
      .toSorted(),
    statements,
  };
};
const shown = (value: any): string =>
  typeof value === "string"
    ? value
    : (value["Fn::ImportValue"] ?? value["Fn::GetAtt"]?.[0].replace(/[0-9A-F]{8}$/, "") ?? value["Fn::Join"][1].map(shown).join("")).replace(
        "groundswell-dev-",
        "",
      );
const on = (target: string, ...actions: string[]) => actions.map((action) => `${action} ${target}`);

const kinds = ["BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"];
const every = kinds.map((kind) => `dynamodb:${kind}`);
const ownLog = (id: string) => on(id, "logs:CreateLogStream", "logs:PutLogEvents");

describe("a function may do what its access declares, and nothing else", () => {
  it("tables: the kinds of request that are named, through the index that is named; uploads for writing", () => {
    expect(roleOf("things-things").may).toEqual(
      [
        ...ownLog("ThingsLogs"),
        "dynamodb:BatchGetItem people-data-table-arn",
        ...on("things-data-table-arn", ...every),
        "dynamodb:Query things-data-table-arn/index/gsi1",
        ...on("shared-uploads-arn/*", "s3:GetObject", "s3:PutObject"),
        "s3:ListBucket shared-uploads-arn",
      ].toSorted(),
    );
  });
  it("tables: each index by its own name; exports for writing, and not for reading; a worker takes from its own queue", () => {
    expect(roleOf("people-greet").may).toEqual(
      [
        ...ownLog("GreetLogs"),
        ...on("people-data-table-arn", "dynamodb:GetItem", "dynamodb:Query"),
        ...on("people-data-table-arn/index/gsi1", "dynamodb:Query"),
        ...on("people-data-table-arn/index/gsi2", "dynamodb:Query"),
        ...on("shared-archive-arn/*", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
        "s3:ListBucket shared-archive-arn",
        ...on("shared-uploads-arn/exports/*", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"),
        "s3:DeleteObject shared-uploads-arn/*/imports/*",
        ...on("PeopleGreetV1Queue", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
      ].toSorted(),
    );
  });
  it("exports for reading: the files below their folder", () => {
    expect(roleOf("people-persons").may.filter((one: string) => one.includes("s3:"))).toEqual(["s3:GetObject shared-uploads-arn/exports/*"]);
  });
  it("uploads: not what lies below exports", () => {
    const denied = roleOf("things-things").statements.find(({ Effect }: any) => Effect === "Deny");
    expect([denied.Action, shown(denied.Resource)]).toEqual([["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], "shared-uploads-arn/exports/*"]);
  });
  it("uploads, to read and remove: no more, and nothing below exports", () => {
    const { may, statements } = roleOf("things-paint-daily");
    expect(may.filter((one: string) => one.includes("-uploads-"))).toEqual(
      [...on("shared-uploads-arn/*", "s3:DeleteObject", "s3:GetObject"), "s3:ListBucket shared-uploads-arn"].toSorted(),
    );
    const denied = statements.find(({ Effect }: any) => Effect === "Deny");
    expect([denied.Action.includes("s3:DeleteObject"), shown(denied.Resource)]).toEqual([true, "shared-uploads-arn/exports/*"]);
  });
  it("archive: its objects, to read, or to write and read back; only who rewrites lists and removes", () => {
    const archived = (name: string): string[] => roleOf(name).may.filter((one: string) => one.includes("-archive-"));
    expect(archived("things-paint")).toEqual(on("shared-archive-arn/*", "s3:GetObject", "s3:PutObject"));
    expect(archived("things-paint-daily")).toEqual(["s3:GetObject shared-archive-arn/*"]);
    expect(archived("people-greet")).toEqual(
      [...on("shared-archive-arn/*", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"), "s3:ListBucket shared-archive-arn"].toSorted(),
    );
  });
  it("publishes and a stream: the bus, the one stream, and the place for failures", () => {
    expect(roleOf("people-outbox").may).toEqual(
      expect.arrayContaining([
        "events:PutEvents shared-bus-arn",
        ...on("people-data-table-stream-arn", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        "dynamodb:ListStreams people-data-table-arn/stream/*",
        "sqs:SendMessage OutboxFailuresDeadLetters",
      ]),
    );
  });
  it("vault: the key, and only for a secret that names its tenant", () => {
    const vault = roleOf("people-persons").statements.find(({ Action }: any) => [Action].flat().includes("kms:Decrypt"));
    expect(vault).toEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: { "Fn::ImportValue": "groundswell-dev-shared-vault-key-arn" },
      Condition: { Null: { "kms:EncryptionContext:org_id": "false" } },
    });
  });
  it("sends: the command's queue, of whichever platform", () => {
    const sends = roleOf("things-paint").may.filter((each: string) => each.startsWith("sqs:SendMessage"));
    expect(sends).toEqual(["sqs:SendMessage ThingsPaintV1Queue", expect.stringMatching(/ people-jobs:\w+PeopleGreetV1Queue\w+Arn\w+$/)]);
  });
  it("nothing: a fallback writes its own log", () => {
    const { may } = roleOf("people-fallback");
    expect(may).toEqual(ownLog("FallbackLogs"));
  });
});

describe("a function's environment names what its access declares", () => {
  const common = ["PLATFORM", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME", "STAGE"];
  const expected: Record<string, string[]> = {
    "people-persons": ["BUCKET_UPLOADS", "CURSOR_KEY", "QUEUE_PEOPLE_GREET_V1", "SECRETS_GENERATION", "TABLE_PEOPLE", "VAULT_KEY_ID"],
    "people-greet": ["BUCKET_ARCHIVE", "BUCKET_UPLOADS", "MAIL_FROM", "PUBLIC_URL", "RESEND_API_KEY", "RESEND_API_URL", "SECRETS_GENERATION", "TABLE_PEOPLE"],
    "people-outbox": ["BUS_NAME", "TABLE_PEOPLE"],
    "people-fallback": [],
    "things-things": ["BUCKET_UPLOADS", "CURSOR_KEY", "SECRETS_GENERATION", "TABLE_PEOPLE", "TABLE_THINGS"],
    "things-paint": [
      "BUCKET_ARCHIVE",
      "BUCKET_UPLOADS",
      "QUEUE_PEOPLE_GREET_V1",
      "QUEUE_THINGS_PAINT_V1",
      "SECRETS_GENERATION",
      "SOUNDCLOUD_API_URL",
      "SOUNDCLOUD_AUTH_URL",
      "SOUNDCLOUD_CLIENT_ID",
      "SOUNDCLOUD_CLIENT_SECRET",
      "SOUNDCLOUD_PER_SECOND",
      "TABLE_THINGS",
    ],
    "things-paint-daily": ["BUCKET_ARCHIVE", "BUCKET_UPLOADS", "QUEUE_THINGS_PAINT_V1", "TABLE_THINGS"],
  };
  it.each(Object.entries(expected))("%s", (name, variables) => {
    expect(Object.keys(roleOf(name).variables).toSorted()).toEqual([...common, ...variables].toSorted());
  });
});

describe("the pace towards an outside service", () => {
  it("is shared out among the environments that may call it", () => {
    const { SOUNDCLOUD_PER_SECOND } = roleOf("things-paint").variables;
    // One worker calls it, with two environments at most.
    expect(Number(SOUNDCLOUD_PER_SECOND)).toBeCloseTo(dev.soundcloud.per_second / 2, 3);
  });
});

describe("a declaration that cannot be met stops the synthesis and says what to do", () => {
  const thing = z.strictObject({ id: z.string() });
  const odd = resource("odd", "odds", "Odds.", {
    get: route({ method: "GET", path: "/odd/odds", summary: "Get.", policy: anyone, reply: { status: 200, body: thing } }),
  });
  const withLambdas = (lambdas: DeployedPlatform["platform"]["lambdas"]): DeployedPlatform[] => [
    { table: { id: "odd", gsis: ["gsi1"] }, platform: platform("odd", lambdas) },
  ];
  it.each([
    [
      "a table that no platform has",
      { odds: apiLambda(odd, { tables: { elsewhere: ["get"] } }) },
      /the table elsewhere, which no platform in infra\/platforms\.ts has/,
    ],
    ["an index that the table does not have", { odds: apiLambda(odd, { tables: { odd: ["gsi9"] } }) }, /queries gsi9 of the table odd, which has gsi1/],
    [
      "a command that no worker takes",
      { odds: apiLambda(odd, { sends: [command("odd.lost.v1", "Lost.", thing, { id: "1" })] }) },
      /it sends odd\.lost\.v1, but no worker takes this command/,
    ],
    ["a stream of no table", { outbox: streamLambda("elsewhere", "Nothing happens.", {}) }, /odd's outbox reads the stream of the table elsewhere/],
    [
      "an outside service called by a function that nothing bounds",
      { odds: apiLambda(odd, { calls: ["soundcloud" as const] }) },
      /odd's odds calls soundcloud without a bound on its environments/,
    ],
    ["a function named as every platform's own", { fallback: apiLambda(odd, {}) }, /odd declares a function named fallback/],
  ])("%s", (_, lambdas, message) => {
    expect(() => synthesize(dev, withLambdas(lambdas))).toThrow(message);
  });
  it("a stage that is not described", () => {
    expect(() => stageNamed("moon")).toThrow(/no stage moon\. Choose one of dev, prod/);
  });
});
