import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { Hono } from "hono";
import { type LambdaEvent, handle } from "hono/aws-lambda";
import * as z from "zod";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Membership } from "../../shared/identity/membership/membership.ts";
import { Session } from "../../shared/identity/session/session.ts";
import { issueTokens } from "../../shared/identity/session/tokens.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import type { Ctx, Log } from "../../shared/kernel/context.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { systemIds } from "../../shared/kernel/ids.ts";
import type { Database } from "../../shared/kernel/table/database.ts";
import { type Subject, atMost, beside, median } from "../subject.ts";

const REQUESTS = 20_000;
const ROUNDS = 5;

type Reply = APIGatewayProxyStructuredResultV2;
type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Reply>;

const Note = z.strictObject({
  track_url: z.url().max(500),
  artist_name: z.string().min(1).max(200),
  family: z.enum(["Electronic", "Hip-Hop", "Pop"]),
  subgenres: z.array(z.string().min(1).max(60)).max(5),
  target_count: z.int().min(1).max(50).optional(),
  note: z.string().max(1000).optional(),
});
const StoredNote = z.object({ id: z.uuid(), ...Note.shape, version: z.int().min(1), created_at: z.iso.datetime(), updated_at: z.iso.datetime() });

const note = {
  track_url: "https://soundcloud.com/quiet-choir/light-us",
  artist_name: "Quiet Choir",
  family: "Electronic" as const,
  subgenres: ["House", "Techno"],
  target_count: 12,
  note: "The label wants it before Friday.",
};
const stored = {
  id: systemIds.uuid(),
  ...note,
  version: 1,
  created_at: "2026-11-20T09:00:00.000Z",
  updated_at: "2026-11-20T09:00:00.000Z",
};

/** What every contender runs: it does nothing. */
const useCase = (): Promise<typeof stored> => Promise.resolve(stored);

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Answers reads at once with what was put before: the pipeline's own work without the way to DynamoDB. */
const recordedDatabase = (): Database => {
  const items: unknown[] = [];
  return {
    physical: (tableId) => tableId,
    send: (op, pattern, input) => {
      if (op === "Put") items.push(input.Item);
      else if (op !== "BatchGet") throw new Error(`${op} of ${pattern} was not recorded.`);
      return Promise.resolve({ Responses: { identity: items } });
    },
  };
};

/** The pipeline as a function has it, and the headers of somebody who is signed in with a role in an org. */
const pipeline = async (): Promise<{ readonly handler: Handler; readonly headers: Readonly<Record<string, string>> }> => {
  const db = recordedDatabase();
  const ctx: Ctx = { request_id: "bench", actor: { kind: "service", name: "bench" }, clock: systemClock, ids: systemIds, log: silent, db };
  const [user_id, session_id, org_id] = [systemIds.uuid(), systemIds.uuid(), systemIds.uuid()];
  const { tokens, stored: hashes } = issueTokens(ctx, user_id, session_id);
  await Session.create(ctx, { ...hashes, user_id, id: session_id, user_agent: "bench", ip: "192.0.2.1" });
  await Membership.create(ctx, { org_id, user_id, roles: { soundcloud: ["moderator"] } });
  const notes = resource("soundcloud", "notes", "What the benchmark calls.", {
    createNote: route({
      method: "POST",
      path: "/soundcloud/notes",
      summary: "Create a note",
      policy: roles("soundcloud", { moderator: "all" }),
      body: Note,
      reply: { status: 201, body: StoredNote, location: "/soundcloud/notes/{id}" },
    }),
  });
  const env = (name: string): string => {
    throw new Error(`${name} is not needed here.`);
  };
  const definition = api(notes, { records: Idempotency, ports: {} }, { createNote: useCase });
  return {
    handler: definition.serve({ db, clock: systemClock, ids: systemIds, log: silent, env, authenticate, cursorKey: "bench" }),
    headers: { authorization: `Bearer ${tokens.access_token}`, "x-org-id": org_id },
  };
};

type Step = MiddlewareObj<any, any>;

/** The five that most handlers on middy use, written in the way of those that middy publishes. */
const errorHandler: Step = {
  onError: (request) => {
    request.response = { statusCode: request.error instanceof z.ZodError ? 400 : 500, body: JSON.stringify({ message: request.error?.message }) };
  },
};
const headerNormalizer: Step = {
  before: ({ event }) => {
    event.headers = Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value]));
  },
};
const jsonBodyParser: Step = {
  before: ({ event }) => {
    if (!/^application\/(?:.+\+)?json(?:;.*)?$/.test(event.headers["content-type"])) throw new Error("Unsupported Media Type");
    event.body = JSON.parse(event.isBase64Encoded ? Buffer.from(event.body, "base64").toString() : event.body);
  },
};
const validator: Step = {
  before: ({ event }) => {
    event.body = Note.parse(event.body);
  },
  after: (request) => {
    request.response = { statusCode: 201, headers: {}, body: StoredNote.parse(request.response) };
  },
};
const responseSerializer: Step = {
  after: ({ response }) => {
    response.headers = { ...response.headers, "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" };
    response.body = JSON.stringify(response.body);
  },
};
const onMiddy = (): Handler =>
  middy().use([errorHandler, headerNormalizer, jsonBodyParser, responseSerializer, validator]).handler(useCase) as unknown as Handler;

const onHono = (): Handler => {
  const app = new Hono();
  app.post("/soundcloud/notes", async (c) => {
    Note.parse(await c.req.json());
    return c.json(StoredNote.parse(await useCase()), 201);
  });
  const handler = handle(app);
  return (event, context) => handler(event as unknown as LambdaEvent, context as never) as Promise<Reply>;
};

const bare: Handler = async ({ body }) => {
  Note.parse(JSON.parse(body!));
  return { statusCode: 201, headers: { "content-type": "application/json" }, body: JSON.stringify(StoredNote.parse(await useCase())) };
};

const eventWith = (headers: Readonly<Record<string, string>>): APIGatewayProxyEventV2 => ({
  version: "2.0",
  routeKey: "POST /soundcloud/notes",
  rawPath: "/soundcloud/notes",
  rawQueryString: "",
  headers: { ...headers, "content-type": "application/json", accept: "application/json", "user-agent": "bench", host: "api.example.com" },
  requestContext: {
    accountId: "000000000000",
    apiId: "bench",
    domainName: "api.example.com",
    domainPrefix: "api",
    requestId: "bench",
    routeKey: "POST /soundcloud/notes",
    stage: "$default",
    time: "20/Nov/2026:09:00:00 +0000",
    timeEpoch: 1_795_165_200_000,
    http: { method: "POST", path: "/soundcloud/notes", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
  },
  body: JSON.stringify(note),
  isBase64Encoded: false,
});

/** Microseconds of processor time a request. Each request has an event of its own, as on Lambda; making it is not measured. */
const costOf = async (handler: Handler, headers: Readonly<Record<string, string>>, requests: number): Promise<number> => {
  const events = Array.from({ length: requests }, () => eventWith(headers));
  const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 29_000 } as Context;
  globalThis.gc?.();
  const before = process.cpuUsage();
  for (const event of events) {
    const { statusCode } = await handler(event, context);
    if (statusCode !== 201) throw new Error(`A request was answered ${statusCode}.`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
};

const compare = async (): Promise<Readonly<Record<"pipeline" | "middy" | "hono" | "bare", readonly number[]>>> => {
  const ours = await pipeline();
  const contenders = { pipeline: ours.handler, middy: onMiddy(), hono: onHono(), bare };
  const costs: { readonly [K in keyof typeof contenders]: number[] } = { pipeline: [], middy: [], hono: [], bare: [] };
  const names = Object.keys(contenders) as (keyof typeof contenders)[];
  for (const name of names) await costOf(contenders[name], ours.headers, REQUESTS);
  for (let round = 0; round < ROUNDS; round++) for (const name of names) costs[name].push(await costOf(contenders[name], ours.headers, REQUESTS));
  return costs;
};

const titles = {
  pipeline: "the pipeline",
  middy: "middy with five middlewares",
  hono: "Hono's adapter for Lambda",
  bare: "a bare handler",
} as const;

export const subject: Subject = {
  name: "warm",
  title: "A warm request",
  about: `Processor time of one POST through the whole pipeline (route, session and membership, policy, body, use case, reply) against middy with five middlewares of the usual kinds, which know nothing of sessions. All parse the same body and reply by the same zod schemas and run a use case that does nothing; DynamoDB answers at once from what was recorded, and nothing is logged. The Idempotency-Key is left out, since what it costs is two writes. ${REQUESTS.toLocaleString("en-US")} requests a round, ${ROUNDS} rounds in turn, medians.`,
  measure: async () => {
    const costs = await compare();
    const middle = Object.fromEntries(Object.entries(costs).map(([name, values]) => [name, median(values)])) as Record<keyof typeof costs, number>;
    return {
      figures: [
        atMost("warm_ratio", middle.pipeline / middle.middy, 2),
        beside("warm_us", middle.pipeline, "µs"),
        beside("warm_us_middy", middle.middy, "µs"),
        beside("warm_us_hono", middle.hono, "µs"),
        beside("warm_us_bare", middle.bare, "µs"),
      ],
      tables: [
        {
          title: "Processor time a request, µs",
          rows: Object.entries(costs).map(([name, values]) => ({
            handler: titles[name as keyof typeof titles],
            median: Number(median(values).toFixed(2)),
            least: Number(Math.min(...values).toFixed(2)),
            most: Number(Math.max(...values).toFixed(2)),
          })),
        },
      ],
    };
  },
};
