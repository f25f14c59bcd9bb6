import { beforeAll, describe, expect, it } from "vitest";
import { IngestEvents } from "../../events/social/ingest-events.v1.ts";
import { MailEventReceived } from "../../events/soundcloud/mail-event-received.v1.ts";
import { PlannerEventReceived } from "../../events/soundcloud/planner-event-received.v1.ts";
import type { SignedPolicy } from "../../shared/kernel/http/route.ts";
import { webhookSecrets } from "../../shared/mail/webhook-secrets.ts";
import { setHook } from "../../shared/social/instagram/set-hook.ts";
import { social, socialSystem } from "../../shared/social/table.ts";
import { setPlannerAccount } from "../../shared/soundcloud/planner/set-planner-account.ts";
import { soundcloud, soundcloudSystem } from "../../shared/soundcloud/table.ts";
import type { Reply } from "../support/api-client.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Delivery, type Genuine, deliveryOf, forgeriesOf, reserialised, secretOf } from "../support/forgeries.ts";
import { type Operation, loadApis, operationsOf, pathOf } from "../support/matrix/operations.ts";
import { storedItems } from "../support/outlets.ts";
import { signed } from "../support/signed.ts";
import { type TestPlatform, worldOf } from "../support/world.ts";

const MESSAGES = atSize({ test: 6, soak: 400 });
const AFTER_ROTATION = atSize({ test: 3, soak: 100 });
const LEAST_FORGERIES = atSize({ test: 60, soak: 1000 });
const TIMEOUT_MS = atSize({ test: 60_000, soak: 3_600_000 });

// What an org is given at first has no part in a webhook, and everything that is stored is read again and again here.
const bare = { provision: async () => undefined };
const platforms: readonly TestPlatform[] = [
  { id: "soundcloud", table: soundcloud, system: soundcloudSystem, ...bare },
  { id: "social", table: social, system: socialSystem, ...bare },
];
type Place = Awaited<ReturnType<typeof worldOf>>;
type PlaceOrg = Awaited<ReturnType<Place["org"]>>;

interface Inbound {
  /** A message unlike any other of its number, with letters beyond ASCII. */
  readonly body: (org_id: string, n: number) => object;
  /** From now on these are the secrets, the current one first. */
  readonly hold: (org: PlaceOrg, secrets: readonly string[]) => Promise<unknown>;
  /** So many secrets hold at once; 1 where a new one ends the one before. */
  readonly secrets_at_once: 1 | 2;
  /** What a message leaves, beside the record that it was received. */
  readonly effect: readonly string[];
}

/** As they stand in the environment of the deployment. */
const resend_secrets: string[] = [];

/** What is to be known of each signed webhook. A new one needs a row here. */
const inbound: Readonly<Record<string, Inbound>> = {
  "soundcloud.receiveMailEvent": {
    body: (org_id, n) => ({
      type: "email.delivered",
      created_at: "2026-11-20T08:59:58.000Z",
      data: { email_id: `56761188-7520-42d8-8898-${String(n).padStart(12, "0")}`, subject: "Zum Café 🎧", tags: { org_id } },
    }),
    hold: async (_, secrets) => resend_secrets.splice(0, Infinity, ...webhookSecrets(secrets.join(" "))),
    secrets_at_once: 2,
    effect: [`emitted ${MailEventReceived.type}`],
  },
  "soundcloud.receivePlannerEvent": {
    body: (_, n) => ({
      type: "schedule.completed",
      timestamp: "2026-11-20T08:59:58.000Z",
      data: { schedule_id: `schedule-${n}`, target_user_id: "SOUNDCLOUD-USER-1234", performed_at: "2026-11-20T08:59:50.000Z", note: "Zum Café 🎧" },
    }),
    hold: ({ ctx }, webhook_secrets) => setPlannerAccount(ctx, { username: "planner", api_key: "ip-1234", webhook_secrets: [...webhook_secrets] }),
    secrets_at_once: 2,
    effect: ["stored PlannerEvent", `emitted ${PlannerEventReceived.type}`],
  },
  "social.receiveMessage": {
    body: (_, n) => ({
      object: "instagram",
      entry: [
        {
          id: "17841400000000001",
          time: 1_795_168_798,
          changes: [{ field: "comments", value: { id: `1790${n}`, text: "Zum Café 🎧", media: { id: "1789" } } }],
        },
      ],
    }),
    hold: ({ ctx }, [app_secret]) => setHook(ctx, { app_secret: app_secret!, verify_token: "a-word-of-our-own" }),
    secrets_at_once: 1,
    effect: [`ordered ${IngestEvents.type}`],
  },
};

const isSigned = ({ route }: Operation): boolean => route.policy.kind === "signed";
const apis = await loadApis();
const operations = operationsOf(apis);
const signedOperations = operations.filter(isSigned);
const covered = signedOperations.filter(({ id }) => Object.hasOwn(inbound, id));
const policyOf = ({ route }: Operation): SignedPolicy => route.policy as SignedPolicy;

let place: Place;
beforeAll(async () => {
  place = await worldOf(platforms, { apis: apis.filter((api) => operationsOf([api]).some(isSigned)), ports: { resend_secrets } });
});

interface Thing {
  /** `stored PlannerEvent`, `emitted soundcloud.planner-event-received.v1`, `ordered social.ingest-events.v1`. */
  readonly kind: string;
  readonly text: string;
}

/** Everything that the system holds: each item of each table, and each message that went to a queue. */
const things = async (): Promise<Thing[]> => {
  const items = await storedItems(Object.values(place.physical));
  const kindOf = (item: (typeof items)[number]): string => (item["_t"]?.S === "Outbox" ? `emitted ${item["type"]?.S}` : `stored ${item["_t"]?.S}`);
  return [
    ...items.map((item) => ({ kind: kindOf(item), text: JSON.stringify(item) })),
    ...place.sent.map(({ envelope, body }) => ({ kind: `ordered ${envelope.type}`, text: body })),
  ];
};

const countBy = (all: readonly Thing[], of: (thing: Thing) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const thing of all) counts.set(of(thing), (counts.get(of(thing)) ?? 0) + 1);
  return counts;
};

/** What is there now and was not before, by kind; what has gone or is no longer the same is told too. */
const changesSince = async (before: readonly Thing[]): Promise<Record<string, number>> => {
  const now = await things();
  const [had, have] = [before, now].map((all) => countBy(all, ({ kind, text }) => `${kind} ${text}`)) as [Map<string, number>, Map<string, number>];
  const more = (all: readonly Thing[], than: Map<string, number>): Thing[] => {
    const left = new Map(than);
    return all.filter(({ kind, text }) => {
      const name = `${kind} ${text}`;
      const count = left.get(name) ?? 0;
      left.set(name, count - 1);
      return count <= 0;
    });
  };
  const gone = more(before, have).map(({ kind, text }) => ({ kind: `no longer ${kind}`, text }));
  return Object.fromEntries(countBy([...more(now, had), ...gone], ({ kind }) => kind));
};

/** What so many messages leave: the effect of each, and the record that it was received. */
const effectsOf = (webhook: Inbound, messages: number): Record<string, number> =>
  Object.fromEntries([...webhook.effect, "stored Idempotency"].map((kind) => [kind, messages]));

const counted = { forgeries: 0, accepted: 0, effects: 0, messages: 0, repeats: 0, mistimed: 0, rotations: 0 };

it("is known here for every webhook that is declared, and each of them is signed", () => {
  const missing = signedOperations
    .filter((operation) => !covered.includes(operation))
    .map(({ id }) => `${id} is signed and has no case. Add a row to "inbound" in this file: a message, how its secrets are set, and what it leaves.`);
  const stale = Object.keys(inbound)
    .filter((id) => !signedOperations.some((operation) => operation.id === id))
    .map((id) => `${id} is no signed route any more. Take its row out of "inbound" in this file.`);
  const open = operations
    .filter((operation) => operation.route.path.includes("/webhooks/") && operation.route.method !== "GET" && !isSigned(operation))
    .map(({ id }) => `${id} is a webhook and is not signed. Declare it with signedBy.`);
  expect([...missing, ...stale, ...open]).toEqual([]);
});

describe.each(covered)("$id", (operation) => {
  const webhook = inbound[operation.id]!;
  const { sender, headers: prefix, tenant } = policyOf(operation);
  const tellsTime = prefix !== "x-hub";
  const [CURRENT, NEXT] = [secretOf(`${sender} current`), secretOf(`${sender} next`)];
  let org: PlaceOrg;
  let other: PlaceOrg;
  beforeAll(async () => {
    org = await place.org();
    other = await place.org();
    if (tenant === "path") await webhook.hold(other, [secretOf(`${sender} other org`)]);
    await webhook.hold(org, [CURRENT]);
  });

  let made = 0;
  const message = ({ secret = CURRENT, late_s = 0 }: { secret?: string; late_s?: number } = {}): Genuine => {
    made += 1;
    const at = new Date(place.clock.now().getTime() + late_s * 1000);
    return { prefix, secret, id: `msg_${sender}_${made}`, at, raw: JSON.stringify(webhook.body(org.org_id, made)) };
  };
  const sendTo = (org_id: string, { raw, headers }: Delivery): Promise<Reply> =>
    place.client.request(operation.route.method, pathOf(operation, { org_id }), undefined, { raw, headers });
  const send = (delivery: Delivery): Promise<Reply> => sendTo(org.org_id, delivery);
  const told = ({ status, problem, body }: Reply): string => (status < 300 ? `${status} ${body ?? "nothing"}` : `${status} ${problem?.code}`);
  const TAKEN = "204 nothing";
  const REFUSED = "401 bad_signature";
  /** The names of those that were answered otherwise. */
  const unlike = async (wanted: string, all: readonly [name: string, ask: () => Promise<Reply>][]): Promise<string[]> => {
    const wrong: string[] = [];
    for (const [name, ask] of all) {
      const answer = told(await ask());
      if (answer !== wanted) wrong.push(`${name}: ${answer}`);
    }
    return wrong;
  };
  const taken = (messages: readonly Genuine[]) =>
    unlike(
      TAKEN,
      messages.map((one) => [one.id, () => send(deliveryOf(one))]),
    );

  it(
    "takes a message of its sender, and has its effect once however often it comes",
    async () => {
      const messages = Array.from({ length: MESSAGES }, () => message());
      const before = await things();
      expect(await taken(messages)).toEqual([]);
      expect(await changesSince(before)).toEqual(effectsOf(webhook, MESSAGES));
      const after = await things();
      const again = messages.flatMap((one, n): [string, () => Promise<Reply>][] => {
        const { raw, headers } = deliveryOf({ ...one, at: new Date(one.at.getTime() + ((n % 599) - 299) * 1000) });
        return [
          [`${one.id} later`, () => send({ raw, headers })],
          [`${one.id} in base64`, () => send({ raw: Buffer.from(raw), headers })],
          // The id is the message: another body under it is not another message.
          ...(tellsTime ? [[`${one.id} with another body`, () => send(deliveryOf({ ...message(), id: one.id }))] as [string, () => Promise<Reply>]] : []),
        ];
      });
      expect(await unlike(TAKEN, again)).toEqual([]);
      expect(await changesSince(after)).toEqual({});
      counted.messages += messages.length;
      counted.repeats += again.length;
    },
    TIMEOUT_MS,
  );

  it(
    "takes deliveries of one message at the same moment for one",
    async () => {
      const messages = Array.from({ length: MESSAGES }, () => message());
      const before = await things();
      const sent = place.sent.length;
      for (const one of messages) expect((await Promise.all([0, 1, 2].map(() => send(deliveryOf(one))))).map(told)).toEqual([TAKEN, TAKEN, TAKEN]);
      // Orders may go out with each of them, under the same id: a queue may double them too, and their worker carries out one.
      const orders = new Map(place.sent.splice(sent).map((order) => [order.envelope.id, order]));
      place.sent.push(...orders.values());
      expect(await changesSince(before)).toEqual(effectsOf(webhook, MESSAGES));
      counted.messages += messages.length;
      counted.repeats += messages.length * 2;
    },
    TIMEOUT_MS,
  );

  it(
    `refuses ${LEAST_FORGERIES} forgeries and more, and none of them leaves anything`,
    async () => {
      // Never delivered before, so that whatever were let in would have its effect.
      const genuine = message();
      const strangers = {
        "another org's key": secretOf(`${sender} other org`),
        "the key to come": NEXT,
        ...Object.fromEntries(
          covered.map((one) => policyOf(one).sender).flatMap((name) => (name === sender ? [] : [[`the key of ${name}`, secretOf(`${name} current`)]])),
        ),
      };
      const forgeries = forgeriesOf(genuine, strangers);
      const elsewhere = tenant === "path" ? [other.org_id, (await place.org()).org_id, place.ids.uuid(), org.org_id.toUpperCase(), "nonsense"] : [];
      const before = await things();
      const accepted = [
        ...(await unlike(
          REFUSED,
          forgeries.map((one) => [one.name, () => send(one)]),
        )),
        ...(await unlike(
          REFUSED,
          elsewhere.map((org_id) => [`sent to ${org_id}`, () => sendTo(org_id, deliveryOf(genuine))]),
        )),
      ];
      expect(accepted).toEqual([]);
      const effects = await changesSince(before);
      expect(effects).toEqual({});
      expect(forgeries.length).toBeGreaterThanOrEqual(LEAST_FORGERIES);
      expect(await taken([genuine])).toEqual([]);
      expect(await changesSince(before)).toEqual(effectsOf(webhook, 1));
      counted.forgeries += forgeries.length + elsewhere.length;
      counted.accepted += accepted.length;
      counted.effects += Object.keys(effects).length;
    },
    TIMEOUT_MS,
  );

  it("has the bytes signed that came, not what they mean", async () => {
    const before = await things();
    const genuine = message();
    const { headers } = deliveryOf(genuine);
    const bodies = Object.entries(reserialised(genuine.raw));
    for (const [name, raw] of bodies) expect(JSON.parse(raw), name).toEqual(JSON.parse(genuine.raw));
    expect(
      await unlike(
        REFUSED,
        bodies.map(([name, raw]) => [name, () => send({ raw, headers })]),
      ),
    ).toEqual([]);
    expect(await changesSince(before)).toEqual({});
    // Each of them is a message where it is what the sender signed.
    expect(await taken(bodies.map(([, raw]) => ({ ...message(), raw })))).toEqual([]);
    expect(await changesSince(before)).toEqual(effectsOf(webhook, bodies.length));
    counted.forgeries += bodies.length;
  });

  it.runIf(tellsTime)("takes what was sent 299 s from now and refuses 301 s, to either side and at either end of a second", async () => {
    for (const ms of [0, 999]) {
      place.clock.advance(ms);
      const before = await things();
      const near = [-299, -1, 0, 1, 299].map((late_s) => message({ late_s }));
      expect(await taken(near)).toEqual([]);
      expect(await changesSince(before)).toEqual(effectsOf(webhook, near.length));
      const after = await things();
      const far = [-301, 301, -302, 302].map((late_s): [string, () => Promise<Reply>] => [`${late_s} s`, () => send(deliveryOf(message({ late_s })))]);
      expect(await unlike(REFUSED, far)).toEqual([]);
      expect(await changesSince(after)).toEqual({});
      counted.mistimed += far.length;
      place.clock.advance(-ms);
    }
  });

  it(
    "takes both secrets while one is replaced, and the old one no longer once it is",
    async () => {
      const before = await things();
      const withBoth = (): Genuine & { readonly headers: Delivery["headers"] } => {
        const one = message();
        return { ...one, headers: signed([CURRENT, NEXT], one.raw, { id: one.id, at: one.at, prefix }) };
      };
      const refuses = (secret: string, count: number) =>
        unlike(
          REFUSED,
          Array.from({ length: count }, (_, n) => [`the secret that does not hold, ${n}`, () => send(deliveryOf(message({ secret })))]),
        );
      expect(await refuses(NEXT, 1)).toEqual([]);
      let messages = 0;
      if (webhook.secrets_at_once === 2) {
        await webhook.hold(org, [NEXT, CURRENT]);
        expect(await taken([message(), message({ secret: NEXT })])).toEqual([]);
        expect(told(await send(withBoth()))).toBe(TAKEN);
        messages += 3;
      }
      await webhook.hold(org, [NEXT]);
      const rotated = await things();
      expect(await refuses(CURRENT, AFTER_ROTATION)).toEqual([]);
      expect(await changesSince(rotated)).toEqual({});
      expect(await taken([message({ secret: NEXT })])).toEqual([]);
      expect(await changesSince(rotated)).toEqual(effectsOf(webhook, 1));
      expect(await changesSince(before)).toMatchObject(effectsOf(webhook, messages + 1));
      counted.forgeries += AFTER_ROTATION + 1;
      counted.rotations += 1;
    },
    TIMEOUT_MS,
  );
});

it("was shown for each of them", () => {
  const webhooks = Object.keys(inbound).length;
  expect(counted).toMatchObject({ accepted: 0, effects: 0, rotations: webhooks });
  expect(counted.forgeries).toBeGreaterThanOrEqual(webhooks * LEAST_FORGERIES);
  figures("S7", {
    webhooks,
    messages: counted.messages,
    "replays without a second effect": counted.repeats,
    forgeries: counted.forgeries,
    accepted: counted.accepted,
    "effects of forgeries": counted.effects,
    "refused for their time": counted.mistimed,
    rotations: counted.rotations,
  });
});
