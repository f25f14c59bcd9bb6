import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { logger } from "../../shared/kernel/log.ts";
import type { Reply } from "../support/api-client.ts";
import { replied } from "../support/faults/wire.ts";
import { figures } from "../support/figures.ts";
import { scenes } from "../support/fuzz/scenes.ts";
import { requestOf } from "../support/matrix/cells.ts";
import { type Operation, loadApis, operationsOf, pathOf } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, freshIp, matrixWorld, unknownToken } from "../support/matrix/world.ts";
import { type Outlets, type Written, outwardJobs, startOutlets, storedItems, texts } from "../support/outlets.ts";
import { orderOutward } from "../support/outward-orders.ts";
import { signed } from "../support/signed.ts";
import { csv, line } from "../workers/soundcloud/import-files.ts";
import { put } from "../workers/soundcloud/import-world.ts";

/** What may be seen nowhere, by the field that it is put in wherever a body has it. */
const CANARIES: Readonly<Record<string, string>> = {
  password: "canary-secret Pass-word 1",
  new_password: "canary-secret Pass-word 2",
  current_password: "canary-secret Pass-word 3",
  token: `gst_${Buffer.alloc(32, 9).toString("base64url")}`,
  refresh_token: `gsr_${Buffer.alloc(64, 9).toString("base64url")}`,
  email: "canary.address@leak.example",
  phone: "+49 170 9988776",
  track_url: "https://soundcloud.com/canary/song/s-CaNaRy00001",
  access_token: "canary-access-token-0001",
  client_secret: "canary-client-secret-0001",
  app_secret: "ca9a1ca9a1ca9a1ca9a1ca9a1ca9a1ca",
  verify_token: "canary-verify-token-0001",
  api_key: "canary-api-key-0001",
  webhook_secrets: `whsec_${Buffer.alloc(24, 9).toString("base64")}`,
  slack_webhook: "https://hooks.slack.com/services/T00000000/B00000000/cAnArYcAnArYcAnArYcAnArY",
};
const BEARER = unknownToken();
/** Of an address or a track's address, what is secret in it. */
const secrets = [...Object.values(CANARIES).filter((text) => !text.startsWith("https://")), BEARER, "s-CaNaRy00001", "cAnArYcAnArYcAnArYcAnArY"];
const secretsIn = (text: string): string[] => secrets.filter((secret) => text.includes(secret));

const NONE: ReadonlySet<string> = new Set();
/** A body with the canaries in its fields, but for those that are spared. */
const laced = (value: unknown, field = "", spared = NONE): unknown => {
  if (typeof value === "string") return (spared.has(field) ? undefined : CANARIES[field]) ?? (field === "platform" ? value : (place.here.own[field] ?? value));
  if (Array.isArray(value)) return value.map((one) => laced(one, field === "emails" ? "email" : field === "phones" ? "phone" : field, spared));
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, laced(part, name, spared)]))
    : value;
};

const operations = operationsOf(await loadApis());
let outlets: Outlets;
let place: MatrixWorld;
let failing = false;
beforeAll(async () => {
  outlets = await startOutlets();
  const { ports, queued } = outlets;
  place = await matrixWorld({
    ports,
    queued,
    wrap: (handler) =>
      ({
        ...handler,
        destroy: () => handler.destroy?.(),
        handle: (...asked: Parameters<typeof handler.handle>) =>
          failing ? Promise.resolve(replied(400, { __type: "ValidationException", message: "the table does not answer" })) : handler.handle(...asked),
      }) as unknown as typeof handler,
  });
});

afterAll(() => outlets.stop());

/** The same request well-formed, with a field too many, with a token that is none, and while the table fails. */
const asked = async (operation: Operation): Promise<Reply[]> => {
  const { route } = operation;
  const { here, client, ids } = place;
  const body = route.body ? laced(route.example?.body ?? {}) : undefined;
  const token = route.policy.kind === "signed_in" ? here.self.person.token : route.policy.kind === "org_owner" ? here.owner.token : here.admin.token;
  const send = (given: { body?: unknown; token?: string }): Promise<Reply> =>
    client.request(route.method, pathOf(operation, MISSING), given.body ?? body, {
      ...(route.policy.kind === "public" ? {} : { token: given.token ?? token, org: here.org.org_id }),
      key: ids.uuid(),
      version: 1,
      ip: freshIp(),
    });
  const replies = [await send({}), await send({ token: BEARER })];
  if (body !== undefined) replies.push(await send({ body: { ...(body as object), ...CANARIES, unknown: CANARIES } }));
  failing = true;
  try {
    replies.push(await send({}));
  } finally {
    failing = false;
  }
  return replies;
};

/** What must be right, or be nobody else's yet, so that a request succeeds. */
const PARTICULAR: ReadonlySet<string> = new Set(["password", "current_password", "token", "refresh_token", "email", "track_url"]);
const ALL: ReadonlySet<string> = new Set(Object.keys(CANARIES));
/** What lists ask for that cannot be read without it. */
const QUERIES: Readonly<Record<string, Record<string, string>>> = {
  "identity.hasRole": { platform: "soundcloud", role: "admin" },
  "social.listDailyMetrics": { platform: "instagram" },
  "social.listTrends": { platform: "instagram" },
  "social.listTrendEvaluations": { platform: "instagram" },
  "soundcloud.listConnections": { status: "linked" },
  "soundcloud.getMemberByEmail": { email: CANARIES["email"]! },
  "soundcloud.getTrackPreview": { track_url: "https://soundcloud.com/canary/song" },
  "soundcloud.listSchedules": { status: "scheduled" },
  "soundcloud.listPlannerEvents": { state: "received" },
  "soundcloud.readWorklist": { kind: "decision" },
};

/** Operations that find what they would make or take already there, each with why. */
const NOT_AGAIN: Readonly<Record<string, string>> = {
  "social.startImport": "Its file must have been uploaded.",
  "soundcloud.startImport": "Its file must have been uploaded; the test of items uploads one and starts it.",
  "soundcloud.swapSupporter": "Nobody in this world is active on a day so far ahead.",
};
/** Of the operations, so many take every canary at its place; the others ask for words that are right. */
const LEAST_LACED = 250;

/**
 * Sends the request with the caller's own objects, or with those of the operation's scene, until it succeeds: with every
 * canary, then with the scene's own words where they must be particular ones, then with those alone.
 */
const succeeds = async (operation: Operation, tell: (id: string, reply: Reply) => void): Promise<"with every canary" | "with words of its own" | undefined> => {
  const { here, client, ids, clock } = place;
  const { route, id } = operation;
  let known = 1;
  for (const spared of [new Set<string>(), PARTICULAR, ALL]) {
    const scene = (await scenes[id]?.(place)) ?? {};
    const given = scene.body ?? requestOf(place, operation).body;
    const body = scene.body !== undefined && spared === ALL ? given : laced(given, "", spared);
    const path = pathOf(operation, { ...here.own, ...scene.params });
    const caller = {
      token: scene.token ?? (route.policy.kind === "org_owner" ? here.owner.token : here.admin.token),
      org: scene.org ?? here.org.org_id,
    };
    const read = route.if_match ? await client.get(path, { ...caller, ip: freshIp() }) : undefined;
    const reply = await client.request(route.method, path, body, {
      ...(route.policy.kind === "public" ? {} : caller),
      key: ids.uuid(),
      version: scene.version ?? read?.body?.version ?? known,
      query: { ...QUERIES[id], ...scene.query },
      headers:
        scene.secret !== undefined && route.policy.kind === "signed"
          ? signed(scene.secret, JSON.stringify(body), { id: ids.uuid(), at: clock.now(), prefix: route.policy.headers })
          : {},
      ip: freshIp(),
    });
    if (reply.status < 300) return spared.size === 0 ? "with every canary" : "with words of its own";
    tell(id, reply);
    // An item that is read on no path of its own says its version when it refuses another.
    known = reply.body?.current_version ?? known;
  }
  return undefined;
};
/** What others need comes first, what changes the org's rules after it, and what takes things away last. */
const turn = ({ route: { method } }: Operation): number => ["PATCH", "PUT", "DELETE"].indexOf(method);

const personal = new Set([CANARIES["email"]!, CANARIES["phone"]!]);
/** Where the items keep what may be known to nobody. */
const SEALED = ["access_token", "refresh_token", "client_secret", "app_secret", "verify_token", "api_key", "webhook_secrets", "slack_webhook", "secret_token"];
const UPLOADED = /^uploads\/[\da-f-]{36}\/imports\//;
/** A file of the org's own data tells of its people, and a file that somebody uploaded says what they wrote. */
const isMeant = ({ kind, where }: Written, found: string): boolean => {
  if (kind === "object") return personal.has(found) || UPLOADED.test(where);
  // Only the worker finds out whether anybody has the address.
  return kind === "message" && where === "identity.send-mail.v1" && found === CANARIES["email"];
};

/** A list of campaigns with a private link, as a client uploads and starts it. */
const uploadCampaigns = async (): Promise<void> => {
  const { api } = place.here.moderator;
  const content = Buffer.from(
    csv(line(1), `${CANARIES["track_url"]!.replace("canary/song", "imported/song")},Client 1,Repost Network,House,Ready,Ann Reyes,,`),
  );
  const { body } = await api.post("/soundcloud/imports", { kind: "campaigns", filename: "campaigns.csv", size: content.length });
  await put(body, content);
  const { status } = await api.post(`/soundcloud/imports/${body.id}/start`);
  expect(status).toBe(202);
};

// The caller must stay who they are to the end.
const ENDS_THE_CALLER = /^identity\.(?:eraseMe|endOtherSessions|signOut|changePassword|closeOrg|leaveOrg)$/;

describe("a canary in every field of every route", () => {
  const problems = new Map<string, string[]>();
  const statuses = new Set<number>();
  const tell = (id: string, { status, problem }: Reply): void => {
    const found = status >= 400 ? secretsIn(JSON.stringify(problem)) : [];
    if (found.length > 0) problems.set(`${id} ${status}`, found);
  };
  it("comes back in no problem", async () => {
    for (const operation of operations.filter(({ id }) => !ENDS_THE_CALLER.test(id)))
      for (const reply of await asked(operation)) {
        statuses.add(reply.status);
        tell(operation.id, reply);
      }
    expect([...problems]).toEqual([]);
    // Good, malformed, refused and failed requests are all among them.
    for (const status of [201, 400, 401, 500]) expect(statuses).toContain(status);
  }, 120_000);

  it("lies in no item, object, mail or message, but for addresses and phones where they are there to be used", async () => {
    const { here } = place;
    const submitted = await here.self.person.api.post("/soundcloud/submissions", { track_url: CANARIES["track_url"] });
    const tokens = { access_token: CANARIES["access_token"], refresh_token: CANARIES["refresh_token"] };
    const connected = await here.admin.api.post("/social/accounts", { platform: "tiktok", external_id: "canary", username: "canary", ...tokens });
    expect([submitted.status, connected.status]).toEqual([201, 201]);
    await uploadCampaigns();
    await orderOutward(place, here, { words: "canary words", webhook: CANARIES["slack_webhook"]! });
    const work = outwardJobs(place, outlets);
    expect(await work()).toEqual([]);
    const reached = new Map<string, string | undefined>();
    for (const operation of operations.toSorted((one, other) => turn(one) - turn(other))) reached.set(operation.id, await succeeds(operation, tell));
    expect([...problems]).toEqual([]);
    const refused = [...reached].flatMap(([id, how]) => (how === undefined ? id : []));
    expect(refused.toSorted(), "Give it a scene in tests/support/fuzz/scenes.ts or what it asks for in QUERIES.").toEqual(Object.keys(NOT_AGAIN));
    const laced_whole = [...reached.values()].filter((how) => how === "with every canary").length;
    expect(laced_whole).toBeGreaterThanOrEqual(LEAST_LACED);
    expect(await work()).toEqual([]);

    const items = await storedItems(Object.values(place.physical));
    const held = items.flatMap((item) => secretsIn(JSON.stringify(item)).map((found) => ({ found, item: JSON.stringify([item["pk"], item["sk"]]) })));
    expect(held.filter(({ found }) => !personal.has(found))).toEqual([]);
    // What is looked for was there to be stored: texts beside the secrets, and the secrets, sealed.
    const stored = JSON.stringify(items);
    for (const shown of ["soundcloud.com/canary/song", "soundcloud.com/imported/song", CANARIES["email"]!])
      expect(stored.includes(shown), `${shown} was not stored.`).toBe(true);
    const { vault } = place.ports;
    for (const field of SEALED) expect(items.flatMap((item) => texts(item[field])).filter(vault.isCurrent), `No ${field} was sealed.`).not.toEqual([]);

    const written = await outlets.written();
    expect(
      written.flatMap((one) =>
        secretsIn(one.text)
          .filter((found) => !isMeant(one, found))
          .map((found) => `${one.kind} ${one.where} holds ${found}`),
      ),
    ).toEqual([]);
    const counts = Object.fromEntries(
      (["object", "mail", "slack", "message"] as const).map((kind) => [kind, written.filter((one) => one.kind === kind).length]),
    );
    for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(0);
    figures("S11", {
      items: items.length,
      objects: counts["object"]!,
      mails: counts["mail"]!,
      slack_messages: counts["slack"]!,
      queue_messages: counts["message"]!,
      "operations that succeeded": reached.size - refused.length,
      "of these with every canary": laced_whole,
    });
  }, 120_000);

  it("stands in no line that the real logger writes, at its most talkative", () => {
    vi.stubEnv("POWERTOOLS_LOG_LEVEL", "DEBUG");
    const written: string[] = [];
    const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0);
    try {
      const real = logger();
      for (const { level, message, fields } of place.log.lines) real[level](message, fields);
      real.debug("a canary by its name", CANARIES);
    } finally {
      spy.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(written.length).toBeGreaterThan(operations.length);
    // The last line shows that they are written at all, and that the names are what hides them.
    expect(written.at(-1)).toContain("a canary by its name");
    const hits = written.slice(0, -1).filter((line) => secretsIn(line).length > 0);
    expect(hits).toEqual([]);
    figures("S11", { routes: operations.length, canaries: secrets.length, log_lines: written.length, hits: hits.length });
  });
});
