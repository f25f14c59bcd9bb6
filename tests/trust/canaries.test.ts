import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { logger } from "../../shared/kernel/log.ts";
import type { Reply } from "../support/api-client.ts";
import { replied } from "../support/faults/wire.ts";
import { figures } from "../support/figures.ts";
import { type Operation, loadApis, operationsOf, pathOf } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, freshIp, matrixWorld, unknownToken } from "../support/matrix/world.ts";
import { type Outlets, type Written, outwardJobs, startOutlets, storedItems } from "../support/outlets.ts";
import { orderOutward } from "../support/outward-orders.ts";
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

const laced = (value: unknown, field = ""): unknown => {
  if (typeof value === "string") return CANARIES[field] ?? (field === "platform" ? value : (place.here.own[field] ?? value));
  if (Array.isArray(value)) return value.map((one) => laced(one, field === "emails" ? "email" : field === "phones" ? "phone" : field));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, laced(part, name)])) : value;
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

const personal = new Set([CANARIES["email"]!, CANARIES["phone"]!]);
/** Where the items keep what may be known to nobody. */
const SEALED = ["access_token", "refresh_token", "client_secret", "app_secret", "verify_token", "api_key", "webhook_secrets", "slack_webhook", "secret_token"];
const texts = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
};
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
  it("comes back in no problem", async () => {
    for (const operation of operations.filter(({ id }) => !ENDS_THE_CALLER.test(id)))
      for (const reply of await asked(operation)) {
        statuses.add(reply.status);
        const found = reply.status >= 400 ? secretsIn(JSON.stringify(reply.problem)) : [];
        if (found.length > 0) problems.set(`${operation.id} ${reply.status}`, found);
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
    expect(await outwardJobs(place, outlets)()).toEqual([]);

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
