import type { Contract } from "../../events/envelope.ts";
import type { Resource } from "./http/route.ts";

/**
 * A kind of request to a table, alone or as a part of a transaction: `check` is a transaction's condition on an item
 * that it leaves as it is. `query` reads the table itself, the name of an index reads through that index.
 */
export type TableUse = "get" | "get-many" | "query" | `gsi${number}` | "put" | "put-many" | "update" | "delete" | "delete-many" | "check";

/** Deliveries before a message is put aside: enough for a provider's short outage, few enough for a poison message. */
export const MAX_RECEIVES = 5;

/**
 * The Lambdas of a platform as data, read by CDK, by the inventory tests and by the documentation. One entry is one
 * file in `functions/<platform>/`, `<name>.<trigger>.ts`; its `access` is all that its role may do.
 */
export interface Access {
  /** By table id, what it does there. */
  readonly tables?: Readonly<Record<string, readonly TableUse[]>>;
  /** Commands it may send. */
  readonly sends?: readonly Contract<"command">[];
  /** The uploads bucket: to read files, to let them be uploaded, to read them and remove what was read, or to remove files of imports only. */
  readonly uploads?: "read" | "write" | "consume" | "remove";
  /** The exports in that bucket: to let others read them, to write them, or to remove them only. */
  readonly exports?: "read" | "write" | "remove";
  /** The archive's bucket: to read objects, to write them and read them back, or to put others in the place of what is there. */
  readonly archive?: "read" | "write" | "rewrite";
  /** What it does with secrets, with the vault's key. */
  readonly vault?: readonly ("seal" | "open")[];
  /** Publishes on the event bus. */
  readonly publishes?: true;
  /** Outside services it calls: their base URLs and credentials join its environment. */
  readonly calls?: readonly ("soundcloud" | "resend" | "influence-planner" | "slack" | "instagram" | "tiktok" | "youtube")[];
  /** Outside services whose webhooks it takes, signed with a secret of the deployment. */
  readonly hears?: readonly "resend"[];
}

/**
 * A number that a function emits with `metrics`, and the alarm that watches it. The texts are the runbook's, for whoever
 * is woken by it.
 */
export interface Watched {
  /** Ends the alarm's name: `differences` for `soundcloud-reconcile-differences`. */
  readonly name: string;
  readonly metric: string;
  /** The alarm rings when the greatest value of 24 hours reaches this. */
  readonly at_least: number;
  /** What it means, for whom: the alarm's text. */
  readonly impact: string;
  readonly advice: Advice;
}

/** What a person needs who was woken by an alarm, in the order they need it. */
export interface Advice {
  readonly broke: string;
  readonly look: string;
  readonly remedy: string;
  readonly redrive: string;
}

interface Common {
  readonly access: Access;
  /** Seconds. API functions 29 at most. */
  readonly timeout_s: number;
  readonly memory_mb: number;
}
export interface ApiLambda extends Common {
  readonly trigger: "api";
  readonly resource: Resource;
}
export interface WorkerLambda extends Common {
  readonly trigger: "worker";
  readonly command: Contract<"command">;
  /** What breaks, for whom, while this worker fails: the alarm's text and the runbook's heading. */
  readonly impact: string;
  readonly batch_size: number;
  readonly max_concurrency: number;
  /** Events whose envelopes are turned into this queue's messages by a rule on the bus. */
  readonly subscribes?: readonly Contract<"event">[];
  /** Numbers of its own that ring an alarm. */
  readonly watches?: readonly Watched[];
}
export interface ScheduleLambda extends Common {
  readonly trigger: "schedule";
  /** AWS cron of six fields, UTC, without the word: `0 6 * * ? *`. */
  readonly cron: string;
  readonly impact: string;
}
export interface StreamLambda extends Common {
  readonly trigger: "stream";
  readonly table: string;
  readonly impact: string;
  /** Entities whose records it gets. */
  readonly of: readonly string[];
  /** The changes of them that it gets. */
  readonly changes: readonly ("INSERT" | "MODIFY")[];
  /** Keeps derived items: it gets many records at a time, and is told their shard. */
  readonly derives?: true;
}
export type Lambda = ApiLambda | WorkerLambda | ScheduleLambda | StreamLambda;
export type Lambdas = Readonly<Record<string, Lambda>>;

export interface Platform {
  readonly id: string;
  readonly lambdas: Lambdas;
}

export const platform = (id: string, lambdas: Lambdas): Platform => ({ id, lambdas });

const apiDefaults = { timeout_s: 29, memory_mb: 1024 };
const jobDefaults = { timeout_s: 120, memory_mb: 1024 };

export const apiLambda = (resource: Resource, access: Access, more: Partial<Common> = {}): ApiLambda => ({
  trigger: "api",
  resource,
  access,
  ...apiDefaults,
  ...more,
});

export const workerLambda = (
  command: Contract<"command">,
  impact: string,
  access: Access,
  more: Partial<Omit<WorkerLambda, "trigger" | "command" | "impact" | "access">> = {},
): WorkerLambda => ({ trigger: "worker", command, impact, access, batch_size: 10, max_concurrency: 5, ...jobDefaults, ...more });

export const scheduleLambda = (cron: string, impact: string, access: Access, more: Partial<Common> = {}): ScheduleLambda => ({
  trigger: "schedule",
  cron,
  impact,
  access,
  ...jobDefaults,
  ...more,
});

/** New items of the outbox unless told. */
export const streamLambda = (
  table: string,
  impact: string,
  access: Access,
  more: Partial<Omit<StreamLambda, "trigger" | "table" | "impact" | "access">> = {},
): StreamLambda => ({
  trigger: "stream",
  table,
  impact,
  access,
  of: ["Outbox"],
  changes: ["INSERT"],
  ...jobDefaults,
  ...more,
});

/** The environment variable that holds a command's queue URL: `QUEUE_SOUNDCLOUD_BUILD_QUEUE_V1`. */
export const queueVariable = (type: string): string => `QUEUE_${type.replaceAll(/[.-]/g, "_").toUpperCase()}`;
/** The environment variable that holds a table's physical name: `TABLE_SOUNDCLOUD`. */
export const tableVariable = (id: string): string => `TABLE_${id.toUpperCase()}`;
