import type { ServerResponse } from "node:http";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { MessageEngine } from "../engines/messages.ts";
import type { Functions } from "../lambda/functions.ts";
import type { Queue, QueueDepth } from "../provision/queues.ts";
import type { Table } from "../provision/tables.ts";
import type { Schedules } from "../schedules/schedules.ts";

/** A mail as the outbox shows it. */
export interface Mail {
  readonly id: string;
  /** RFC 3339. */
  readonly created_at: string;
  readonly from: string;
  readonly to: string | readonly string[];
  readonly subject: string;
  readonly html?: string | null;
  readonly text?: string | null;
}

export interface ConsoleSettings {
  readonly base_url: string;
  readonly db: DynamoDBClient;
  readonly messages: MessageEngine;
  readonly tables: readonly Table[];
  readonly functions: Functions;
  readonly schedules: Schedules;
  readonly routes: readonly string[];
  readonly mails?: () => Promise<readonly Mail[]>;
  readonly openapi_dir?: string;
  queues(): readonly (Queue & QueueDepth)[];
}

/** One request to the console, its path taken apart. */
export interface Visit {
  readonly response: ServerResponse;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly console: ConsoleSettings;
}
