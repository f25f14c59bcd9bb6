import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import * as z from "zod";
import type { Actor, Ctx } from "../../../../shared/kernel/context.ts";
import { DomainError, notFound, unprocessable } from "../../../../shared/kernel/errors.ts";
import { id, newId } from "../../../../shared/kernel/fields.ts";
import { type Api, api } from "../../../../shared/kernel/http/api.ts";
import type { Authenticator } from "../../../../shared/kernel/http/authenticator.ts";
import { idempotencyRecords } from "../../../../shared/kernel/http/idempotency.ts";
import { reveal } from "../../../../shared/kernel/http/reveal.ts";
import { anyMember, anyone, orgOwner, resource, roles, route, signedBy, signedIn } from "../../../../shared/kernel/http/route.ts";
import { entity } from "../../../../shared/kernel/table/entity.ts";
import { table, transact } from "../../../../shared/kernel/table/table.ts";
import { type ApiClient, type Options, apiClient } from "../../../support/api-client.ts";
import { type TestDatabaseOptions, makeTable, testClock, testCtx, testDatabase, testIds, testLog } from "../../../support/dynamo.ts";

/** A small platform whose routes use every part of the HTTP layer. */
const hall = table("hall", ["gsi1"], { globals: ["Idempotency", "Idempotency.byNothing"] });
export const Idempotency = idempotencyRecords(hall);

export const Song = entity(hall, "Song", {
  fields: () => ({
    org_id: id,
    id: newId,
    title: z.string().min(1).max(200),
    genre: z.enum(["house", "techno"]).default("house"),
    tags: z.array(z.string().max(20)).max(5).default([]),
    credits: z.strictObject({ writer: z.string().optional(), share: z.int().min(0).max(100).optional() }).optional(),
    secret_note: z.string().optional(),
  }),
  key: ["{org_id}#SONGS", "{id}"],
  indexes: { byGenre: { on: "gsi1", pk: "{org_id}#G#{genre}", sk: "{id}" } },
  hidden: ["secret_note"],
});

const editors = roles("hall", { editor: "all", writer: "own" });
const params = z.object({ song_id: id });
const Shown = Song.api.response;
const Upload = z.object({ id, url: z.string() });
const Key = z.object({ id, secret: z.string().optional() });
const Who = z.object({ actor: z.string(), grant: z.string().optional(), org_id: z.string().optional() });
const Heard = z.looseObject({ title: z.string().min(1).max(200) });
const genre = z.strictObject({ genre: z.enum(["house", "techno"]).optional(), after: z.iso.date().optional() });

const songs = resource("hall", "songs", "Songs of a hall.", {
  open: route({ method: "GET", path: "/hall/open", summary: "Open", policy: anyone, reply: { status: 200, body: Who } }),
  me: route({ method: "GET", path: "/hall/me", summary: "Who", policy: signedIn, reply: { status: 200, body: Who } }),
  member: route({ method: "GET", path: "/hall/member", summary: "Who", policy: anyMember, reply: { status: 200, body: Who } }),
  owner: route({ method: "GET", path: "/hall/owner", summary: "Who", policy: orgOwner, reply: { status: 200, body: Who } }),
  role: route({ method: "GET", path: "/hall/role", summary: "Who", policy: editors, reply: { status: 200, body: Who } }),
  chart: route({ method: "GET", path: "/hall/chart", summary: "Public list", policy: anyone, query: genre, list: true, reply: { status: 200, body: Shown } }),
  listSongs: route({ method: "GET", path: "/hall/songs", summary: "List", policy: editors, query: genre, list: true, reply: { status: 200, body: Shown } }),
  listOthers: route({ method: "GET", path: "/hall/others", summary: "List", policy: editors, query: genre, list: true, reply: { status: 200, body: Shown } }),
  createSong: route({
    method: "POST",
    path: "/hall/songs",
    summary: "Create",
    policy: editors,
    query: z.strictObject({ draft: z.enum(["true", "false"]).optional() }),
    body: Song.api.create,
    idempotent: true,
    reply: { status: 201, body: Shown, location: "/hall/songs/{id}" },
  }),
  getSong: route({ method: "GET", path: "/hall/songs/{song_id}", summary: "Get", policy: anyMember, params, reply: { status: 200, body: Shown } }),
  patchSong: route({
    method: "PATCH",
    path: "/hall/songs/{song_id}",
    summary: "Patch",
    policy: editors,
    params,
    body: Song.api.patch,
    if_match: true,
    reply: { status: 200, body: Shown },
  }),
  deleteSong: route({
    method: "DELETE",
    path: "/hall/songs/{song_id}",
    summary: "Delete",
    policy: editors,
    params,
    if_match: true,
    reply: { status: 204, body: null },
  }),
  createUpload: route({ method: "POST", path: "/hall/uploads", summary: "Upload", policy: editors, idempotent: true, reply: { status: 201, body: Upload } }),
  createKey: route({ method: "POST", path: "/hall/keys", summary: "Key", policy: editors, idempotent: true, reply: { status: 201, body: Key } }),
  ring: route({
    method: "POST",
    path: "/hall/rings",
    summary: "Write nothing",
    policy: editors,
    idempotent: true,
    reply: { status: 200, body: z.object({ rung: z.int() }) },
  }),
  retitle: route({
    method: "POST",
    path: "/hall/songs/{song_id}/retitle",
    summary: "Answer nothing",
    policy: editors,
    params,
    idempotent: true,
    reply: { status: 204, body: null },
  }),
  publicRing: route({
    method: "POST",
    path: "/hall/public-rings",
    summary: "Public",
    policy: anyone,
    idempotent: true,
    reply: { status: 200, body: z.object({ rung: z.int() }) },
  }),
  note: route({
    method: "POST",
    path: "/hall/notes",
    summary: "Anything well formed",
    policy: anyone,
    body: z.strictObject({ text: z.string(), more: z.record(z.string(), z.unknown()).optional(), list: z.array(z.unknown()).optional() }),
    reply: { status: 200, body: z.object({ text: z.string() }) },
  }),
  byIp: route({
    method: "POST",
    path: "/hall/by-ip",
    summary: "Limited",
    policy: anyone,
    rate_limit: { by: "ip", max: 10, per_seconds: 60 },
    reply: { status: 204, body: null },
  }),
  byOrg: route({
    method: "POST",
    path: "/hall/by-org",
    summary: "Limited",
    policy: anyMember,
    rate_limit: { by: "org", max: 10, per_seconds: 60 },
    reply: { status: 204, body: null },
  }),
  byActor: route({
    method: "POST",
    path: "/hall/by-actor",
    summary: "Limited",
    policy: anyMember,
    rate_limit: { by: "actor", max: 10, per_seconds: 60 },
    reply: { status: 204, body: null },
  }),
  hear: route({
    method: "POST",
    path: "/hall/webhooks/radio/{org_id}",
    summary: "Take what the radio says",
    policy: signedBy("radio", "path"),
    params: z.object({ org_id: id }),
    body: Heard,
    max_body: 20_000,
    reply: { status: 204, body: null },
  }),
  hearAll: route({
    method: "POST",
    path: "/hall/webhooks/svix",
    summary: "Take what is said to the deployment",
    policy: signedBy("svix", "none", "svix"),
    body: Heard,
    reply: { status: 204, body: null },
  }),
  act: route({
    method: "GET",
    path: "/hall/act",
    summary: "What the test says",
    policy: anyone,
    reply: { status: 200, body: z.strictObject({ ok: z.boolean() }) },
  }),
});

/** What a test puts into the middle of a use case. */
export interface Script {
  /** What the radio may sign with now. */
  secrets?: readonly string[];
  act?: (ctx: Ctx) => Promise<unknown>;
  beforeCommit?: (ctx: Ctx) => Promise<void>;
  afterCommit?: (ctx: Ctx) => Promise<void>;
}

const ports = {
  script: (): Script => ({}),
  counter: () => ({ signed: 0, rung: 0 }),
  unused: (): object => {
    throw new Error("This port is opened by nobody.");
  },
};

const who = async (ctx: Ctx & { readonly grant?: string; readonly org_id?: string }) => ({ actor: ctx.actor.kind, grant: ctx.grant, org_id: ctx.org_id });

export const songsApi = api(
  songs,
  { records: Idempotency, ports },
  {
    open: who,
    me: who,
    member: who,
    owner: who,
    role: who,
    chart: (ctx, { query, page }) => Song.query.byGenre(ctx, { org_id: PUBLIC_ORG, genre: query.genre ?? "house" }, page),
    listSongs: (ctx, { query, page }) =>
      query.genre ? Song.query.byGenre(ctx, { org_id: ctx.org_id, genre: query.genre }, page) : Song.list(ctx, { org_id: ctx.org_id }, page),
    listOthers: (ctx, { page }) => Song.list(ctx, { org_id: ctx.org_id }, page),
    createSong: async (ctx, { body }) => {
      await ctx.script.beforeCommit?.(ctx);
      if (body.title === "refused") throw unprocessable("no_such_title", "title must be another; choose one.");
      const song = await Song.create(ctx, { org_id: ctx.org_id, ...body });
      await ctx.script.afterCommit?.(ctx);
      return song;
    },
    getSong: (ctx, { params: { song_id } }) => Song.get(ctx, { org_id: ctx.org_id, id: song_id }),
    patchSong: (ctx, { params: { song_id }, body, version }) => Song.patch(ctx, { org_id: ctx.org_id, id: song_id }, body, { version }),
    deleteSong: (ctx, { params: { song_id }, version }) => Song.delete(ctx, { org_id: ctx.org_id, id: song_id }, { version }),
    createUpload: {
      run: (ctx) => Song.create(ctx, { org_id: ctx.org_id, title: "upload" }),
      present: async (ctx, song: { id: string }) => ({ id: song.id, url: `https://uploads.test/${song.id}?signature=${++ctx.counter.signed}` }),
    },
    createKey: async (ctx) => reveal(await Song.create(ctx, { org_id: ctx.org_id, title: "key" }), { secret: ctx.ids.secret() }),
    ring: async (ctx) => {
      await ctx.script.beforeCommit?.(ctx);
      return { rung: ++ctx.counter.rung };
    },
    retitle: async (ctx, { params: { song_id } }) => {
      const song = await Song.find(ctx, { org_id: ctx.org_id, id: song_id });
      if (!song) throw notFound("song");
      await transact(ctx, hall, Song.writes.patch(ctx, song, { title: `${song.title}!` }), { pattern: "Song.retitle", result: { internal: true } });
    },
    publicRing: async (ctx) => ({ rung: ++ctx.counter.rung }),
    note: async (_ctx, { body }) => ({ text: body.text }),
    byIp: async () => undefined,
    byOrg: async () => undefined,
    byActor: async () => undefined,
    hear: {
      secrets: async (ctx) => (ctx.org_id === ORG_A ? (ctx.script.secrets ?? []) : []),
      run: async (ctx, { body, message }) => {
        await ctx.script.beforeCommit?.(ctx);
        await Song.create(ctx, { org_id: ctx.org_id, title: body.title, secret_note: `${message.id} ${message.sent_at} ${ctx.actor.kind} ${ctx.grant}` });
      },
    },
    hearAll: {
      secrets: async (ctx) => ctx.script.secrets ?? [],
      run: async (ctx, { body }) => {
        await Song.create(ctx, { org_id: PUBLIC_ORG, title: body.title });
      },
    },
    act: async (ctx) => (await ctx.script.act?.(ctx)) as { ok: boolean },
  },
);

export const PUBLIC_ORG = "019e1b9a-7c00-7000-8000-0000000000aa";
const org = (n: number): string => `019e1b9a-7c00-7000-8000-00000000000${n}`;
export const ORG_A = org(1);
export const ORG_B = org(2);

const user = (n: number, more: Partial<Extract<Actor, { kind: "user" }>>): Actor => ({
  kind: "user",
  user_id: `019e1b9a-7c00-7000-8000-00000000010${n}`,
  session_id: `019e1b9a-7c00-7000-8000-00000000020${n}`,
  roles: {},
  ...more,
});
const padded = (name: string): string => `token-of-${name}`.padEnd(24, "-");

/** Who there is: each is a member of the org next to them, and of no other. */
const people: Readonly<Record<string, readonly [org: string, actor: Actor]>> = {
  editor: [ORG_A, user(1, { roles: { hall: ["editor"] }, org_role: "member" })],
  writer: [ORG_A, user(2, { roles: { hall: ["writer"] }, org_role: "member" })],
  both: [ORG_A, user(3, { roles: { hall: ["writer", "editor"] }, org_role: "member" })],
  nobody: [ORG_A, user(4, { org_role: "member" })],
  stranger_role: [ORG_A, user(5, { roles: { hall: ["toString", "constructor"], other: ["editor"] }, org_role: "member" })],
  owner: [ORG_A, user(6, { org_role: "owner" })],
  machine: [ORG_A, { kind: "api_key", api_key_id: "019e1b9a-7c00-7000-8000-000000000301", roles: { hall: ["editor"] } }],
  idle_machine: [ORG_A, { kind: "api_key", api_key_id: "019e1b9a-7c00-7000-8000-000000000302", roles: {} }],
  editor_b: [ORG_B, user(7, { roles: { hall: ["editor"] }, org_role: "owner" })],
};
export type Person = keyof typeof people;

const authenticate: Authenticator = async (_ctx, bearer, org_id) => {
  const found = Object.entries(people).find(([name]) => padded(name) === bearer)?.[1];
  if (!found) throw new DomainError("unauthenticated", "invalid_token", "Sign in again.");
  const [home, actor] = found;
  if (org_id !== undefined && org_id !== home) throw notFound("org");
  return { actor, org_id: actor.kind === "api_key" ? home : org_id };
};

export interface PlaceOptions extends Pick<TestDatabaseOptions, "wrap"> {
  readonly physical?: string;
}

/** The real handler on a table of its own. Replies are kept as they were sent, by request id. */
export const httpPlace = async ({ wrap, physical: given }: PlaceOptions = {}) => {
  const physical = given ?? (await makeTable(hall));
  const clock = testClock();
  const ids = testIds(clock);
  const log = testLog();
  const script: Script = {};
  const counter = { signed: 0, rung: 0 };
  const db = testDatabase({ tables: { hall: physical }, ...(wrap ? { wrap } : {}) });
  const sent = new Map<string, APIGatewayProxyStructuredResultV2>();
  const gateway: { alter: (event: APIGatewayProxyEventV2) => APIGatewayProxyEventV2; time_left_ms: number } = { alter: (event) => event, time_left_ms: 29_000 };
  const watched: Api = {
    ...songsApi,
    serve: (runtime) => {
      const handle = songsApi.serve(runtime);
      return async (event, context) => {
        const left = gateway.time_left_ms;
        const reply = await handle(gateway.alter(event), { ...context, getRemainingTimeInMillis: () => left } as Context);
        sent.set(event.requestContext.requestId, reply);
        return reply;
      };
    },
  };
  const env = (name: string): string => {
    throw new Error(`${name} is not needed here.`);
  };
  const client = apiClient([watched], { db, clock, ids, log, env, authenticate, cursorKey: "a key of the tests", ports: { script, counter } });
  const as = (person: Person, more: Options = {}): ApiClient => client.as({ token: padded(person), org: people[person]![0], ...more });
  const textOf = ({ headers }: { headers: Readonly<Record<string, string>> }): string | undefined => sent.get(headers["x-request-id"]!)!.body;
  const songsOf = async (org_id = ORG_A) => (await Song.list(ctx, { org_id }, { limit: 1000 })).items;
  const ctx = testCtx({ db, clock, ids, log, org_id: ORG_A });
  /** Lets go of the replies that were kept. */
  const forget = (): void => sent.clear();
  return { client, as, clock, forget, ctx, counter, db, gateway, log, physical, script, songsOf, textOf };
};
export type HttpPlace = Awaited<ReturnType<typeof httpPlace>>;

/** Resolves from outside: what a test waits for, or lets go on. */
export const signal = () => Promise.withResolvers<void>();
