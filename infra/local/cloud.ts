import { devNull } from "node:os";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SQSClient } from "@aws-sdk/client-sqs";
import { deafToCalls } from "../../shared/kernel/aws-client.ts";
import type { Log } from "../../shared/kernel/context.ts";
import { type Activity, makeActivity } from "./activity.ts";
import { identifier } from "./assembly/identify.ts";
import { type Assembly, readAssembly } from "./assembly/read-assembly.ts";
import { refuseUnknownTypes } from "./assembly/resource-types.ts";
import { type Resolver, resolver } from "./assembly/resolve.ts";
import { makeBus } from "./bus/bus.ts";
import { makeConsole } from "./console/console.ts";
import type { Mail } from "./console/visit.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { drain } from "./drain.ts";
import { type Operation, awsJsonServer } from "./endpoints/aws-json.ts";
import { kmsOperations } from "./endpoints/kms.ts";
import { eventOperations, secretOperations } from "./endpoints/operations.ts";
import { startDynamo } from "./engines/dynamodb.ts";
import { listen } from "./engines/listen.ts";
import { type MessageEngine, startMessages } from "./engines/messages.ts";
import { makeFront } from "./front.ts";
import { makeRoutes } from "./gateway/routes.ts";
import { type Functions, provideFunctions } from "./lambda/functions.ts";
import { HOST, type Place, REGION, credentials } from "./place.ts";
import { provideBuckets } from "./provision/buckets.ts";
import { type Queue, type QueueDepth, depthOf, provideQueues } from "./provision/queues.ts";
import { type Secrets, provideSecrets } from "./provision/secrets.ts";
import { type Table, provideTables } from "./provision/tables.ts";
import { type ScheduleState, makeSchedules } from "./schedules/schedules.ts";
import { makeMappings } from "./sources/mappings.ts";
import { makeTargets } from "./targets.ts";

export interface CloudSettings {
  /** The folder of synthesized templates. */
  readonly cdk_out: string;
  /** 4000 unless told; 0 takes any free one. */
  readonly port?: number;
  /** Where data is kept between starts; in memory without it. A folder that the caller has opened stays the caller's to release. */
  readonly data_dir?: string | DataFolder | undefined;
  /** Replaces variables that templates give to functions, such as the base URLs of outside services. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log: Log;
  /** Another DynamoDB than one started here. */
  readonly dynamodb_endpoint?: string | undefined;
  /** The Java command; `java` unless told. */
  readonly java?: string;
  /** The mails that the outbox page shows. */
  readonly mails?: () => Promise<readonly Mail[]>;
  /** The folder of OpenAPI documents, one per platform. */
  readonly openapi_dir?: string;
  /** Seconds after which a failed message comes back; the queue's visibility timeout if that is shorter. 1 unless told. */
  readonly redelivery_s?: number;
  /** Environments of one function at once; 4 unless told. */
  readonly max_environments?: number;
  /** Lets no schedule run by the clock before `startSchedules`. */
  readonly schedules_held?: boolean;
  /** Milliseconds that running work has to end when the cloud stops; 10 s unless told. */
  readonly grace_ms?: number;
}

export interface Endpoints {
  readonly dynamodb: string;
  /** SQS and S3. */
  readonly messages: string;
  /** EventBridge, KMS and Secrets Manager. */
  readonly json: string;
}

export interface Cloud {
  readonly base_url: string;
  readonly port: number;
  readonly endpoints: Endpoints;
  readonly functions: Functions;
  queues(): (Queue & QueueDepth)[];
  tables(): readonly Table[];
  schedules(): ScheduleState[];
  /** Runs a schedule now, as if it were `at`. */
  runSchedule(id: string, at?: Date): Promise<void>;
  /** Begins to run schedules by the clock, where they were held. */
  startSchedules(): void;
  /** Resolves when no request, event, message or stream record is left to handle. Rejects, naming what is left, after the time. */
  drain(timeout_ms?: number): Promise<void>;
  /** Ends everything: no new requests, then what runs (for a bounded time), then the engines. */
  stop(): Promise<void>;
}

/** Kept-alive connections of long polls, one per queue, must not use up the pool that senders need. */
const SOCKETS = 1_000;

const bounded = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
};

interface Clients {
  readonly db: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly sqs: SQSClient;
}

const makeClients = ({ dynamodb, messages }: Endpoints): Clients => {
  const common = { region: REGION, credentials, logger: deafToCalls };
  return {
    db: new DynamoDBClient({ ...common, endpoint: dynamodb }),
    streams: new DynamoDBStreamsClient({ ...common, endpoint: dynamodb }),
    sqs: new SQSClient({ ...common, endpoint: messages, requestHandler: { httpAgent: { maxSockets: SOCKETS } } }),
  };
};

/** What Lambda's own runtime would set. No configuration of the machine's user reaches a function. */
const runtimeVariables = ({ dynamodb, messages, json }: Endpoints): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  TZ: ":UTC",
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SQS: messages,
  AWS_ENDPOINT_URL_S3: messages,
  AWS_ENDPOINT_URL_EVENTBRIDGE: json,
  AWS_ENDPOINT_URL_KMS: json,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: json,
});

interface Engines {
  readonly endpoints: Endpoints;
  readonly messages: MessageEngine;
  /** Filled once the resources are known; the server's address must be known before. */
  readonly operations: Record<string, Operation>;
}

const startEngines = async (settings: CloudSettings, folder: DataFolder, ends: AsyncDisposableStack): Promise<Engines> => {
  const files = folder.path("dynamodb");
  const dynamo = settings.dynamodb_endpoint
    ? { endpoint: settings.dynamodb_endpoint }
    : startDynamo({ data_dir: files, java: settings.java }).then((engine) => {
        ends.defer(() => engine.stop());
        return engine;
      });
  const messages = startMessages({ messages: folder.path("messages"), files: folder.path("files") }).then((engine) => {
    ends.defer(() => engine.stop());
    return engine;
  });
  const operations: Record<string, Operation> = {};
  const json = awsJsonServer(operations);
  const [started, port] = [await Promise.allSettled([dynamo, messages]), await listen(json)];
  ends.defer(async () => {
    json.closeAllConnections();
    await new Promise((resolve) => json.close(resolve));
  });
  const [first, second] = started;
  if (first.status === "rejected") throw first.reason;
  if (second.status === "rejected") throw second.reason;
  return { endpoints: { dynamodb: first.value.endpoint, messages: second.value.endpoint, json: `http://${HOST}:${port}` }, messages: second.value, operations };
};

interface Resources {
  readonly resolver: Resolver;
  readonly tables: readonly Table[];
  readonly queues: readonly Queue[];
  readonly secrets: Secrets;
}

const provide = async (assembly: Assembly, place: Place, folder: DataFolder, engine: MessageEngine, { db }: Clients): Promise<Resources> => {
  const tables: Table[] = [];
  const streamOf = (name: string): string | undefined => tables.find((table) => table.name === name)?.stream_arn;
  const resources: Resolver = resolver(
    assembly,
    identifier(place, streamOf, (value, stack) => String(resources.resolve(value, stack))),
  );
  refuseUnknownTypes(resources.resources);
  tables.push(...(await provideTables(db, resources)));
  provideBuckets(engine, resources);
  return { resolver: resources, tables, queues: provideQueues(engine, resources), secrets: provideSecrets(resources, folder.records("secrets.json")) };
};

const ownFolder = (given: CloudSettings["data_dir"], ends: AsyncDisposableStack): DataFolder => {
  if (typeof given === "object") return given;
  const folder = openDataFolder(given);
  ends.defer(() => folder.release());
  return folder;
};

const stopFunctions = async (functions: Functions): Promise<void> => void (await Promise.all([...functions.values()].map((one) => one.stop())));

/**
 * Runs synthesized templates on this machine, on the loopback address only. Throws a Refusal, with everything ended that
 * was begun, when the port is taken, Java is missing, the data folder is damaged or in use, or a template needs what is
 * not here.
 */
export const startCloud = async (settings: CloudSettings): Promise<Cloud> => {
  await using ends = new AsyncDisposableStack();
  const { log, grace_ms = 10_000 } = settings;
  const activity: Activity = makeActivity();
  const front = makeFront(log);
  const port = await listen(front.server, settings.port ?? 4000);
  ends.defer(async () => {
    const closed = front.close();
    front.server.closeAllConnections();
    await closed;
  });
  const assembly = readAssembly(settings.cdk_out);
  const folder = ownFolder(settings.data_dir, ends);

  const { endpoints, messages, operations } = await startEngines(settings, folder, ends);
  const clients = makeClients(endpoints);
  ends.defer(() => Object.values(clients).forEach((client) => client.destroy()));
  const base_url = `http://${HOST}:${port}`;
  const resources = await provide(assembly, { api_url: base_url, messages_endpoint: endpoints.messages }, folder, messages, clients);
  const functions = provideFunctions({
    ...resources,
    assembly,
    activity,
    log,
    log_folder: folder.path("logs"),
    runtime: runtimeVariables(endpoints),
    overrides: settings.env ?? {},
    max_environments: settings.max_environments ?? 4,
  });
  ends.defer(() => stopFunctions(functions));

  const targets = makeTargets({ ...resources, ...clients, functions, activity, log });
  const bus = makeBus(resources.resolver, targets, log);
  Object.assign(operations, eventOperations(bus), kmsOperations(resources.resolver, folder.records("keys.json")), secretOperations(resources.secrets));
  const schedules = makeSchedules(resources.resolver, targets, log);
  const mappings = makeMappings({
    ...resources,
    ...clients,
    dynamodb_endpoint: endpoints.dynamodb,
    functions,
    targets,
    engine: messages,
    folder,
    activity,
    log,
    redelivery_s: settings.redelivery_s ?? 1,
  });
  const routes = makeRoutes(resources.resolver, functions, log);

  const queues = (): (Queue & QueueDepth)[] => resources.queues.map((queue) => ({ ...queue, ...depthOf(messages, queue.name) }));
  const pages = makeConsole({ ...settings, base_url, db: clients.db, messages, tables: resources.tables, functions, schedules, queues, routes: routes.keys });
  ends.defer(() => bounded(Promise.all([front.close(), ...mappings.map((mapping) => mapping.stop())]), grace_ms));
  ends.defer(() => schedules.stop());
  for (const mapping of mappings) mapping.start();
  if (!settings.schedules_held) schedules.start();
  front.open(port, routes, pages);

  const running = ends.move();
  return {
    base_url,
    port,
    endpoints,
    functions,
    queues,
    tables: () => resources.tables,
    schedules: schedules.list,
    runSchedule: schedules.run,
    startSchedules: schedules.start,
    drain: (timeout_ms = 60_000) => drain({ activity, mappings, functions, queues }, timeout_ms),
    stop: () => running.disposeAsync(),
  };
};
