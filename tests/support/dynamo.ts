import { createHash, randomUUID } from "node:crypto";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { boundedCalls } from "../../shared/kernel/aws-client.ts";
import type { Clock, Ids, Log, OrgCtx } from "../../shared/kernel/context.ts";
import type { Database, Use } from "../../shared/kernel/table/database.ts";
import { redact } from "../../shared/kernel/log.ts";
import { openDatabase } from "../../shared/kernel/table/sdk.ts";
import type { Table } from "../../shared/kernel/table/table.ts";
import { inThisProcess } from "./simulation/in-memory.ts";
import { recordedHandler } from "./recorder/dynamo-calls.ts";
import { lookForSecrets } from "./recorder/secrets.ts";

const place = { region: "local", credentials: { accessKeyId: "local", secretAccessKey: "local" } } as const;
/** The engine looks at no signature, and making one is a tenth of a call. */
const signer: DynamoDBClientConfig["signer"] = {
  sign: async (request) => {
    request.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none";
    return request;
  },
};

/** How a client reaches the engine of the test run, or what answers in its place. */
export const dynamoClient = (): DynamoDBClientConfig & { readonly endpoint: string } => {
  const requestHandler = inThisProcess();
  if (requestHandler) return { endpoint: "http://memory.invalid", signer, ...place, requestHandler };
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (!endpoint) throw new Error("DYNAMODB_ENDPOINT is not set. Put the test below one of the folders of the vitest project `engine`.");
  return { endpoint, signer, ...place };
};

const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" }) as const;
const keys = (pk: string, sk: string) => [
  { AttributeName: pk, KeyType: "HASH" as const },
  { AttributeName: sk, KeyType: "RANGE" as const },
];

const made: string[] = [];

/** Creates an empty physical table of a definition and returns its name, which no other has. A stream costs every write, so only tests of streams have one. */
export const makeTable = async ({ id, gsis }: Pick<Table, "id" | "gsis">, { stream = false }: { readonly stream?: boolean } = {}): Promise<string> => {
  const client = new DynamoDBClient(dynamoClient());
  const TableName = `${id}-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["", ...gsis].flatMap((index) => [text(`${index}pk`), text(`${index}sk`)]),
      KeySchema: keys("pk", "sk"),
      ...(gsis.length > 0
        ? {
            GlobalSecondaryIndexes: gsis.map((index) => ({
              IndexName: index,
              KeySchema: keys(`${index}pk`, `${index}sk`),
              Projection: { ProjectionType: "ALL" as const },
            })),
          }
        : {}),
      ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } } : {}),
    }),
  );
  client.destroy();
  // Those in this process end with its memory.
  if (!inThisProcess()) made.push(TableName);
  return TableName;
};

/**
 * Drops the tables that this process has made. The engine's own jobs read the descriptions of all tables, every few
 * seconds: with those of a whole run of the tests that was a third of its work.
 */
export const dropTables = async (): Promise<void> => {
  if (made.length === 0) return;
  const client = new DynamoDBClient(dynamoClient());
  for (const TableName of made.splice(0)) await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
};

type Handler = DynamoDBClient["config"]["requestHandler"];

export interface TestDatabaseOptions {
  /** Physical names by table id: `{ soundcloud: await makeTable(soundcloud) }`. */
  readonly tables: Readonly<Record<string, string>>;
  /** Puts a gate under the SDK's retries and above the network: to fail, delay or alter replies. */
  readonly wrap?: (handler: Handler) => Handler;
  readonly meter?: (use: Use) => void;
}

/** On a machine that is busy with tests a connection can take longer than in a data centre. */
const PATIENT = { connectionTimeout: 20_000, requestTimeout: 60_000 };

/** The real database layer on the engine of this run, or on what answers in its place. */
export const testDatabase = ({ tables, wrap, meter }: TestDatabaseOptions): Database => {
  const { requestHandler } = new DynamoDBClient({ ...boundedCalls, requestHandler: PATIENT, ...dynamoClient() }).config;
  return openDatabase({ tables, meter, client: { ...dynamoClient(), requestHandler: recordedHandler(wrap?.(requestHandler) ?? requestHandler) } });
};

export interface TestClock extends Clock {
  advance(ms: number): void;
  set(time: string): void;
}
export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}
export interface TestCtx extends OrgCtx {
  readonly clock: TestClock;
  readonly log: Log & { readonly lines: LogLine[] };
}

/** Stands still until it is told to move. */
export const testClock = (start = "2026-11-20T09:00:00.000Z"): TestClock => {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms),
    advance: (by) => void (ms += by),
    set: (time) => void (ms = Date.parse(time)),
  };
};

let drawn = 0;

/** UUIDs of version 7 that carry the clock's time, ascend, and are the same in every run of the same test file, or of the same count. */
export const testIds = (clock: Clock, next: () => number = () => drawn++): Ids => ({
  uuid: () => {
    const time = clock.now().getTime().toString(16).padStart(12, "0");
    const count = next().toString(16).padStart(15, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3, 6)}-${count.slice(6).padStart(12, "0")}`;
  },
  secret: () => createHash("sha256").update(`secret ${next()}`).digest("base64url"),
});

/** Says nothing and remembers everything. */
export const testLog = (): TestCtx["log"] => {
  const lines: LogLine[] = [];
  const record =
    (level: keyof Log) =>
    (message: string, fields?: Record<string, unknown>): void => {
      lines.push({ level, message, fields });
      lookForSecrets(`log "${message}"`, redact({ message, ...fields }));
    };
  return { lines, debug: record("debug"), info: record("info"), warn: record("warn"), error: record("error") };
};

const noDatabase: Database = {
  physical: (tableId) => tableId,
  send: (op, pattern) =>
    Promise.reject(new Error(`${op} of ${pattern}: this context has no database. Give testCtx one: testCtx({ db: testDatabase({ tables }) }).`)),
};

/** A context of a user with every grant in an org of its own, on a clock that stands still. Each part can be given instead. */
export const testCtx = (given: Partial<Omit<OrgCtx, "clock" | "log">> & Partial<Pick<TestCtx, "clock" | "log">> = {}): TestCtx => {
  const { clock = testClock(), log = testLog(), ...rest } = given;
  const ids = rest.ids ?? testIds(clock);
  return {
    request_id: ids.uuid(),
    actor: { kind: "user", user_id: ids.uuid(), session_id: ids.uuid(), roles: {}, org_role: "owner" },
    org_id: ids.uuid(),
    grant: "all",
    db: noDatabase,
    ...rest,
    ids,
    clock,
    log,
  };
};
