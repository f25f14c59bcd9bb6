import { authenticate } from "../../../shared/identity/authenticate.ts";
import type { Ids } from "../../../shared/kernel/context.ts";
import { vaultOver } from "../../../shared/kernel/crypto/vault.ts";
import { systemIds } from "../../../shared/kernel/ids.ts";
import { type Reply, apiClient } from "../api-client.ts";
import { testClock, testIds } from "../dynamo.ts";
import { type CrashGate, type CrashTime, crashGate } from "../faults/crash.ts";
import { fuzzWorld } from "../fuzz/play.ts";
import { scenes } from "../fuzz/scenes.ts";
import { type Operation, loadApis, pathOf } from "../matrix/operations.ts";
import { type MatrixWorld, freshIp } from "../matrix/world.ts";
import { masterKey } from "../world.ts";
import { type Ended, differencesOf } from "./ended.ts";
import { type Tables, trackedTables } from "./stored.ts";
import { FIRST, LATER_MS, SCENE, timeless } from "./times.ts";

/** Ids of requests are counted from here, far behind those of what stands in the world. */
const FIRST_ID = 0x10_0000_0000;
const TIMES: readonly CrashTime[] = ["before", "after"];

export interface Repeats {
  readonly place: MatrixWorld;
  readonly gate: CrashGate;
  readonly tables: Tables;
  readonly apis: Awaited<ReturnType<typeof loadApis>>;
}

/** A world whose requests can be stopped at each call, and taken back. */
export const repeatsWorld = async (): Promise<Repeats> => {
  const gate = crashGate();
  const tables = trackedTables();
  const place = await fuzzWorld({ gate, wrap: (handler) => gate.wrap(tables.wrap(handler)) });
  return { place, gate, tables, apis: await loadApis() };
};

/** Sends the request of an operation's scene, always under the same key and each time to a process that has just begun. */
const senderOf = async ({ place, gate, apis }: Repeats, operation: Operation, ids: Ids): Promise<() => Promise<Reply>> => {
  const { here, boot, ports } = place;
  const { route } = operation;
  const { params, body, token, org = here.org.org_id, version = 1, query } = (await scenes[operation.id]?.(place)) ?? {};
  const signedIn = { token: token ?? (route.policy.kind === "org_owner" ? here.owner.token : here.admin.token), org };
  const options = {
    key: `repeated-${operation.id}`,
    ip: freshIp(),
    ...(route.policy.kind === "public" ? {} : signedIn),
    ...(route.if_match ? { version } : {}),
    ...(query ? { query } : {}),
  };
  const path = pathOf(operation, { ...here.own, ...params });
  const content = route.body ? (body ?? route.example?.body ?? {}) : undefined;
  return () => {
    const process = { ...boot, ids, authenticate, cursorKey: "cursor key of the tests", ports: { ...ports, vault: vaultOver(masterKey(gate)) } };
    return apiClient(apis, process).request(route.method, path, content, options);
  };
};

/** What was found of one operation. */
export interface Repeated {
  /** Of the undisturbed request. */
  readonly reply: Reply;
  readonly calls: number;
  readonly points: number;
  /** In what a stopped and repeated request ends otherwise than an undisturbed one. */
  readonly faults: readonly string[];
  /** The values that two undisturbed requests do not have in common: what is drawn by chance each time. */
  readonly drawn: readonly string[];
}

/**
 * Sends a request once undisturbed, then stops it before and after each of its calls and sends it again when the lease of
 * its claim is over. All that it wrote is taken back in between.
 */
export const repeatOperation = async (world: Repeats, operation: Operation): Promise<Repeated> => {
  const { place, gate, tables } = world;
  const { clock, sent } = place;
  let count = FIRST_ID;
  const ids: Ids = { uuid: testIds(testClock(FIRST), () => count++).uuid, secret: systemIds.secret };
  gate.revive();
  clock.set(SCENE);
  const send = await senderOf(world, operation, ids);
  tables.keep();
  const messages = sent.length;

  const begin = async (): Promise<void> => {
    gate.revive();
    await tables.restore();
    clock.set(FIRST);
    sent.splice(messages);
    count = FIRST_ID;
    gate.revive();
  };
  const ended = async (reply: Reply): Promise<Ended> => ({ reply, items: await tables.changed(), messages: sent.slice(messages) });
  const undisturbed = async (): Promise<Ended> => {
    await begin();
    return ended(await send());
  };
  const stopped = async (call: number, time: CrashTime): Promise<Ended> => {
    await begin();
    gate.arm(call, time);
    await send();
    if (!gate.crashed) throw new Error(`${operation.id} did not come to call ${call}: its calls differ from those of the first run.`);
    gate.revive();
    // Where nothing of the first run is known, the repeat is a first one and may draw the same ids.
    if (![...(await tables.changed()).values()].some(({ _t }) => _t === "Idempotency")) count = FIRST_ID;
    clock.advance(LATER_MS);
    return ended(await send());
  };

  const expected = await undisturbed();
  const { calls } = gate;
  const drawn = differencesOf(expected, await undisturbed()).map(({ at }) => at);
  const faults: string[] = [];
  const points = Array.from({ length: calls }, (_, at) => TIMES.map((time) => ({ call: at + 1, time }))).flat();
  for (const { call, time } of points) {
    const differences = differencesOf(expected, await stopped(call, time), timeless).filter(({ at }) => !drawn.includes(at));
    for (const { at, expected: should, found } of differences)
      faults.push(`${time} call ${call} of ${calls}: ${at} is ${JSON.stringify(found)} instead of ${JSON.stringify(should)}`);
  }
  await begin();
  return { reply: expected.reply, calls, points: points.length, faults, drawn };
};
