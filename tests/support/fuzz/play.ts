import fc from "fast-check";
import { Org } from "../../../shared/identity/org/org.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { type Operation, pathOf } from "../matrix/operations.ts";
import { type MatrixWorld, freshIp, matrixWorld } from "../matrix/world.ts";
import { type Draft, guarded, negative, positive } from "./cases.ts";
import { type Asked, type CheckName, type Exchanged, verdictsOf } from "./checks.ts";
import { type DocumentedOperation, methodsOn } from "./document.ts";
import { signed } from "../signed.ts";
import { type Scene, scenes } from "./scenes.ts";
import type { Pool } from "./values.ts";
import type { WorldOptions } from "../world.ts";

const oneByte: Pick<Files, "presignPut" | "head"> = {
  presignPut: async (key) => ({ url: `https://uploads.example/${key}`, headers: {} }),
  head: async () => ({ length: 1, content_type: "text/csv", etag: '"e"' }),
};

/** What a run has seen of one operation. */
export interface Played {
  readonly requests: number;
  /** Requests that succeeded. */
  readonly successes: number;
  /** What the document allows and was refused all the same. */
  readonly refusals: readonly string[];
  /** Each with the check, what it says, and the request. */
  readonly failures: readonly string[];
  /** How many replies each check has judged. */
  readonly judged: ReadonlyMap<CheckName, number>;
}

/** A world whose orgs have room for everybody that scenes bring, and whose members stay active on days far ahead. */
export const fuzzWorld = async ({ gate, ...options }: Pick<WorldOptions, "gate" | "wrap"> = {}): Promise<MatrixWorld> => {
  const files = gate ? { ...oneByte, head: gate.around(oneByte.head) } : oneByte;
  const place = await matrixWorld({ ...options, ports: { files, uploads: files }, ...(gate ? { gate } : {}) });
  for (const { org } of [place.here, place.there]) {
    await Org.patch(org.ctx, { id: org.org_id }, { members: 1_000_000, owners: 1000, admins: { soundcloud: 1000, social: 1000 } });
    await Settings.patch(org.ctx, { org_id: org.org_id }, { inactivity_days: 3650 });
  }
  return place;
};

const poolOf = ({ here }: MatrixWorld): Pool => {
  const { own, others } = here;
  const both = (name: string): string[] => [own[name]!, others[name]!];
  return {
    ...Object.fromEntries(Object.keys(own).map((name) => [name, both(name)])),
    genre_family_id: [own["family_id"]!],
    supporter_id: both("member_id"),
    email: [here.self.person.email, here.other.person.email],
    track_url: ["https://soundcloud.com/fuzz-band/track", "https://soundcloud.com/fuzz-band/other"],
    timezone: ["Europe/Berlin", "UTC"],
    family: ["Electronic"],
    subgenres: ["House"],
  };
};

const tokenFor = ({ here }: MatrixWorld, { route }: Operation): string => (route.policy.kind === "org_owner" ? here.owner.token : here.admin.token);
const seedOf = (id: string): number => [...id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 17);

/** Plays one operation in a world, a request after another: what fits its document, what does not, and what follows. */
export const playOperation = async (
  place: MatrixWorld,
  operation: DocumentedOperation,
  all: readonly DocumentedOperation[],
  { cases, seed }: { readonly cases: number; readonly seed: number },
): Promise<Played> => {
  const declared = place.operations.find(({ id }) => id === operation.id);
  if (!declared) throw new Error(`The reference has ${operation.id}, and no API does.`);
  const { here, client, clock, ids } = place;
  const source = { reference: operation.reference, pool: poolOf(place) };
  const refusals: string[] = [];
  let successes = 0;
  const failures: string[] = [];
  const judged = new Map<CheckName, number>();
  let requests = 0;

  const send = async (asked: Asked): Promise<Exchanged> => {
    const { method, path, body, query, headers } = asked;
    const started = performance.now();
    const reply = await client.request(method, path, body, { headers, query, ip: freshIp() });
    const exchanged = { asked, reply, ms: performance.now() - started };
    requests += 1;
    for (const [check, fault] of verdictsOf(exchanged)) {
      judged.set(check, (judged.get(check) ?? 0) + 1);
      if (fault === undefined) continue;
      failures.push(
        `${check}: ${asked.operation.id}, ${asked.meaning}, ${fault}; ${method} ${path} ${JSON.stringify({ query, headers, body }).slice(0, 600)} -> ${reply.status} ${JSON.stringify(reply.body)?.slice(0, 400)}`,
      );
    }
    return exchanged;
  };

  /** The version that the item has now, read as a client would. */
  const currentVersion = async (path: string, headers: Asked["headers"]): Promise<number> => {
    const read = await client.request("GET", path, undefined, { headers, ip: freshIp() });
    if (read.status === 200) return read.body.version;
    const [list, id] = [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
    const listed = await client.request("GET", list, undefined, { headers, query: { limit: 100 }, ip: freshIp() });
    return listed.body?.items?.find((item: { id: string }) => item.id === id)?.version ?? 1;
  };

  const askedOf = async (draft: Draft, scene: Scene): Promise<Asked> => {
    const { body, parameters } = operation;
    const path = pathOf(declared, { ...here.own, ...scene.params, ...draft.params });
    const headers: Record<string, string> = { "x-org-id": scene.org ?? here.org.org_id };
    if (operation.secured) headers["authorization"] = `Bearer ${scene.token ?? tokenFor(place, declared)}`;
    const needs = (name: string): boolean => parameters.some((one) => one.in === "header" && one.name === name);
    if (needs("Idempotency-Key")) headers["idempotency-key"] = ids.uuid();
    if (needs("If-Match")) headers["if-match"] = `"${scene.version ?? (draft.meaning === "positive" ? await currentVersion(path, headers) : 1)}"`;
    const value = draft.body ? draft.body.value : body && (scene.body ?? body.example ?? {});
    if (scene.secret !== undefined && declared.route.policy.kind === "signed")
      Object.assign(headers, signed(scene.secret, JSON.stringify(value) ?? "", { id: ids.uuid(), at: clock.now(), prefix: declared.route.policy.headers }));
    const given = Object.entries({ ...headers, ...draft.headers }).filter(([, text]) => text !== "");
    return {
      operation,
      meaning: draft.meaning,
      method: draft.method,
      path,
      query: draft.meaning === "positive" ? { ...draft.query, ...scene.query } : draft.query,
      headers: Object.fromEntries(given),
      ...(value === undefined ? {} : { body: value }),
      methods: methodsOn(path, all),
    };
  };

  /** What was made can be read, what was deleted is gone. */
  const follow = async ({ asked, reply }: Exchanged): Promise<void> => {
    const { "idempotency-key": _, ...headers } = asked.headers;
    const reading = (meaning: "made" | "freed", path: string): Promise<Exchanged> | undefined => {
      const reader = all.find(
        (one) =>
          one.method === "GET" &&
          one.parameters.every((p) => p.in !== "query" || !p.required) &&
          new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
      );
      // An org is read as the active one.
      const org: Asked["headers"] = reader?.path.endsWith("/{org_id}") ? { "x-org-id": path.slice(path.lastIndexOf("/") + 1) } : {};
      return reader && send({ operation: reader, meaning, method: "GET", path, query: {}, headers: { ...headers, ...org }, methods: [] });
    };
    if (asked.method === "DELETE") {
      await reading("freed", asked.path);
      await send({ ...asked, meaning: "freed" });
    } else if (reply.status === 201) {
      await reading("made", reply.headers["location"] ?? `${asked.path}/${reply.body.id}`);
    }
  };

  const play = async (draft: Draft, scene: Scene): Promise<void> => {
    const asked = await askedOf(draft, scene);
    let exchanged = await send(asked);
    if (exchanged.reply.status === 429) {
      clock.advance(Number(exchanged.reply.headers["retry-after"]) * 1000);
      exchanged = await send(asked);
    }
    const { status } = exchanged.reply;
    if (status < 300) successes += 1;
    if (draft.meaning === "positive" && status >= 400) refusals.push(`${status} ${exchanged.reply.problem.detail}`);
    if (draft.meaning === "positive" && status < 300) await follow(exchanged);
  };

  const sceneOf = async (): Promise<Scene> => (await scenes[operation.id]?.(place)) ?? {};
  const draw = (drafts: fc.Arbitrary<Draft>, numRuns: number): Draft[] => fc.sample(drafts, { numRuns, seed: seed + seedOf(operation.id) });
  const fixed = guarded(operation, methodsOn(pathOf(declared, here.own), all));
  const good = Math.ceil((cases * 2) / 3);
  const standing = await sceneOf();
  for (const one of fixed) await play(one, standing);
  for (const one of draw(negative(operation, source), cases - good)) await play(one, standing);
  // The first of them sends the body that the scene or the document's example says, which few draws equal.
  for (const [n, one] of draw(positive(operation, source), good).entries()) await play(n === 0 ? { ...one, body: undefined } : one, await sceneOf());
  return { requests, successes, refusals, failures, judged };
};
