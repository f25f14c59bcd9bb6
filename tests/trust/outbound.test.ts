import { lookup as lookUpOnce } from "node:dns";
import { lookup } from "node:dns/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isDomainError } from "../../shared/kernel/errors.ts";
import { json, scripted } from "../integration/providers/support.ts";
import { type Connections, recordConnections } from "../support/connections.ts";
import { atSize, figures } from "../support/figures.ts";
import { documentedOperations } from "../support/fuzz/document.ts";
import { type Lookups, rebindLookups } from "../support/lookups.ts";
import { addressFields } from "../support/outbound/address-fields.ts";
import { hostileAddresses, spread } from "../support/outbound/hostile-addresses.ts";
import { providerCalls, uncalled } from "../support/outbound/provider-calls.ts";
import { sendAddress } from "../support/outbound/send-address.ts";
import { stored } from "../support/outbound/stored-addresses.ts";
import type { Tampering } from "../support/outbound/tampering.ts";
import { type Clients, type OutboundWorld, PROVIDERS, openClients, outboundWorld } from "../support/outbound/world.ts";
import { HEADINGS } from "../workers/soundcloud/import-files.ts";
import { importWorld, startUploads } from "../workers/soundcloud/import-world.ts";

const HONEST = "https://soundcloud.com/jane/night";
const SLACK = "https://hooks.slack.com/services/T0AAA/B0BBB/secret";
const HOSTILE = hostileAddresses(HONEST);
/** Of the hostile addresses, how many are tried in each field, in each thing that is stored, and in each answer of a service. */
const EACH = atSize({ test: { field: 4, stored: 2, answer: 3 }, soak: { field: Infinity, stored: Infinity, answer: Infinity } });
const A_MINUTE = 61_000;
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
const REDIRECTS = [301, 302, 303, 307, 308];

const fields = addressFields(documentedOperations());
/** What SoundCloud or Slack is asked with: these fields take no other service's address. */
const OWN_HOST = /\/(track_url|slack_webhook)$/;

/** Jobs that ask a service because of an address that is stored. */
const REACHING_OUT = [
  "social.publish-post.v1",
  "social.read-insights.v1",
  "soundcloud.capture-snapshots.v1",
  "soundcloud.create-schedules.v1",
  "soundcloud.fetch-track-preview.v1",
  "soundcloud.post-to-slack.v1",
  "soundcloud.refresh-followers.v1",
  "soundcloud.resolve-track.v1",
  "soundcloud.send-email.v1",
  "soundcloud.verify-proof.v1",
  "soundcloud.verify-schedules.v1",
];

let world: OutboundWorld;
let uploads: Awaited<ReturnType<typeof startUploads>>;
let connections: Connections;
let lookups: Lookups;
let tampering: Tampering | undefined;

const allowed = new Set<string>();
const allow = (...urls: readonly string[]): void => urls.forEach((url) => allowed.add(new URL(url).host));
/** Connections to anywhere but the engine, the bucket and the sandboxes of the services. */
const elsewhere = (): string[] => connections.opened.filter((address) => !allowed.has(address));

/** Addresses that were met, by where. */
const met = new Map<string, Set<string>>();
let tries = 0;
const count = (where: string, address: string): void => {
  met.set(where, (met.get(where) ?? new Set()).add(address));
  tries += 1;
};
/** What is done with it asks nobody: the address is kept for people. */
const UNASKED = "a call-back's medium and proof";
let storings = 0;
const asked = (): number => PROVIDERS.reduce((sum, name) => sum + world.asked(name).length, 0);
/** A refusal of the schema of what is stored, of the vault or of the API; anything else is a mistake of the test. */
const refusedBy = (error: unknown): [] => {
  if (isDomainError(error)) return [];
  throw error;
};
let given = 0;
/** Fields of the services' answers that were given a hostile address. */
const answered = new Set<string>();
const tamper = {
  how: () => tampering,
  next: (): string => {
    given += 1;
    const address = HOSTILE[(given * 7) % HOSTILE.length]!;
    count("answers of the services", address);
    return address;
  },
  note: (field: string) => void answered.add(field),
};

beforeAll(async () => {
  uploads = await startUploads();
  world = await outboundWorld(tamper);
  allow(process.env.DYNAMODB_ENDPOINT!, ...Object.values(world.urls), ...PROVIDERS.map((name) => world.sandboxes[name].url));
  connections = recordConnections();
  lookups = rebindLookups();
}, 120_000);
afterAll(async () => {
  lookups.stop();
  connections.stop();
  await world.stop();
  await uploads.stop();
});
/** What was begun before the test that is over. */
const earlier = { connections: 0, lookups: 0 };
const requireNothingElsewhere = (): void => {
  const [opened, asked] = [elsewhere().slice(earlier.connections), lookups.asked.slice(earlier.lookups)];
  Object.assign(earlier, { connections: elsewhere().length, lookups: lookups.asked.length });
  expect(opened, "connections to anywhere else").toEqual([]);
  expect(asked, "names that were looked up").toEqual([]);
};
afterEach(requireNothingElsewhere);

it("would show a connection and a lookup, and the resolver rebinds", async () => {
  await fetch("http://127.0.0.1:8099/").catch(() => undefined);
  expect(elsewhere()).toEqual(["127.0.0.1:8099"]);
  const first = await lookup("rebinding.evil.example");
  const second = await new Promise((found) => lookUpOnce("rebinding.evil.example", (_, address) => found(address)));
  expect([first.address, second]).toEqual(["192.0.2.1", "127.0.0.1"]);
  await fetch("http://rebinding.evil.example:8099/").catch(() => undefined);
  expect(elsewhere()).toEqual(["127.0.0.1:8099", "rebinding.evil.example:8099"]);
  expect(lookups.asked).toEqual(Array.from({ length: 3 }, () => "rebinding.evil.example"));
  (connections.opened as string[]).length = 0;
  (lookups.asked as string[]).length = 0;
});

describe("no connection follows an address that a user gave", () => {
  it.each(fields.map((field, turn) => [field.id, field, turn] as const))(
    "%s",
    async (id, field, turn) => {
      const honest = await sendAddress(world, field);
      expect(honest.status, JSON.stringify(honest.body)).toBeLessThan(300);
      const beside = field.honest.includes("://") ? field.honest : HONEST;
      for (const address of spread(hostileAddresses(beside), turn).slice(0, EACH.field)) {
        // Limits are counted by the minute.
        world.clock.advance(A_MINUTE);
        const { status } = await sendAddress(world, field, address);
        expect(status, address).toBeLessThan(500);
        expect(status, "is heard").not.toBe(429);
        if (OWN_HOST.test(id) && status < 300) expect(URL.parse(address)?.hostname.replace(/\.$/, ""), address).toBe(new URL(beside).hostname);
        count(id, address);
      }
    },
    TIMEOUT_MS,
  );

  it("as a cell of an import", async () => {
    const place = await importWorld(uploads.files);
    const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const file = [HEADINGS, ...HOSTILE.map((url, n) => `${cell(url)},Client ${n},Repost Network,House,Active,Ann Reyes,$250,2024-01-02`)].join("\n");
    const before = connections.opened.length;
    const done = await place.run(file);
    expect(done).toMatchObject({ status: "completed" });
    const bucket = new Set(connections.opened.slice(before).filter((address) => !allowed.has(address)));
    expect(bucket.size, "the bucket and nothing else").toBeLessThanOrEqual(1);
    expect(bucket).not.toContain("127.0.0.1:8099");
    allow(...[...bucket].map((address) => `http://${address}`));
    for (const address of HOSTILE) count("cells of an import", address);
  }, 120_000);
});

describe("no connection follows an address that is stored when jobs run over it", () => {
  it(
    "as the API has stored it",
    async () => {
      await world.runJobs();
    },
    TIMEOUT_MS,
  );

  it.each(
    (["true answers", "answers with addresses", "redirects"] as const).flatMap((how) => Object.keys(stored).map((what, turn) => [what, how, turn] as const)),
  )(
    "as %s, and services give %s",
    async (what, how, turn) => {
      const honest = what === "Slack's webhook" ? SLACK : HONEST;
      const store = async (address: string): Promise<boolean> => {
        world.restart();
        // Storage refuses some: nothing can follow from those.
        const orders = await stored[what]!(world, address, (storings += 1)).catch(refusedBy);
        for (const [worker, order] of orders) {
          world.clock.advance(A_MINUTE);
          await world.hand(worker, [order]);
        }
        return orders.length > 0;
      };
      tampering = how === "true answers" ? undefined : how;
      const before = asked();
      expect(await store(`${honest}${storings}`), "the honest address is stored").toBe(true);
      if (what !== UNASKED) expect(asked(), "the job asks a service").toBeGreaterThan(before);
      let kept = 0;
      for (const address of spread(hostileAddresses(honest), turn))
        if (kept < EACH.stored && (await store(address))) {
          kept += 1;
          count(`stored ${what}`, address);
        }
      expect(kept, "is stored").toBeGreaterThan(1);
    },
    TIMEOUT_MS,
  );
});

describe("no connection follows an address that a service gave", () => {
  const answers: Readonly<Record<string, (address: string, turn: number) => { status: number; headers: Record<string, string> }>> = {
    "a redirect": (address, turn) => ({ status: REDIRECTS[turn % REDIRECTS.length]!, headers: { location: address.replaceAll(/[^\x20-\x7e]/g, "") } }),
    "an answer and its next page": (address) => ({ status: 200, headers: { link: `<${address.replaceAll(/[^\x20-\x7e]/g, "")}>; rel="next"` } }),
  };

  it.each(Object.keys(providerCalls).flatMap((name, turn) => Object.keys(answers).map((kind) => [name, kind, turn] as const)))(
    "%s, as %s",
    async (name, kind, turn) => {
      let address = "";
      let calls = 0;
      const { call, answer } = providerCalls[name]!;
      const service = await scripted((response) => {
        const { status, headers } = answers[kind]!(address, turn + calls);
        const isToken = service.requests.at(-1) === "POST /oauth/token";
        json(response, isToken ? 200 : status, isToken ? { access_token: "t", expires_in: 86_400 } : answer(address), isToken ? {} : headers);
      });
      allow(service.url);
      const urls = Object.fromEntries(PROVIDERS.map((one) => [one, service.url])) as Parameters<typeof openClients>[0];
      let ms = Date.parse("2026-11-20T09:00:00.000Z");
      for (address of spread(HOSTILE, turn).slice(0, EACH.answer)) {
        const clients: Clients = openClients(urls, { now: () => new Date(ms) }, (wait) => void (ms += wait));
        expect(uncalled(clients)).toEqual([]);
        const before = service.requests.length;
        await call(clients);
        expect(service.requests.length, "is asked").toBeGreaterThan(before);
        calls += 1;
        count(`${name}, as ${kind}`, address);
      }
      await service.stop();
    },
    TIMEOUT_MS,
  );
});

it("counts what was met", () => {
  expect([elsewhere(), lookups.asked]).toEqual([[], []]);
  const tried = fields.filter(({ id }) => met.has(id));
  expect(
    fields.filter(({ id }) => !met.has(id)).map(({ id }) => id),
    "fields of the API reference that were not tried",
  ).toEqual([]);
  expect(
    PROVIDERS.filter((name) => world.asked(name).length === 0),
    "services that were not asked",
  ).toEqual([]);
  expect(
    REACHING_OUT.filter((job) => !world.ran.has(job)),
    "jobs that did not run",
  ).toEqual([]);
  const unmoved = PROVIDERS.filter((name) => ![...answered].some((field) => field.startsWith(`${name} `)));
  expect(unmoved, "services whose answers were not tampered with").toEqual([]);
  const addresses = new Set([...met.values()].flatMap((some) => [...some]));
  expect(addresses.size).toBeGreaterThanOrEqual(80);
  figures("S9", {
    "hostile addresses": addresses.size,
    "fields of the API reference": tried.length,
    "fields of services' answers": answered.size,
    "questions to services": Object.keys(providerCalls).filter((name) => [...met.keys()].some((where) => where.startsWith(`${name},`))).length,
    "kinds of stored addresses": Object.keys(stored).filter((what) => met.has(`stored ${what}`)).length,
    "jobs run": world.ran.size,
    tries,
    connections: connections.opened.length,
    "connections elsewhere": elsewhere().length,
    "names looked up": lookups.asked.length,
  });
});
