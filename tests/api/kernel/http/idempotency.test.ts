import { createHash } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DomainError } from "../../../../shared/kernel/errors.ts";
import { crashGate } from "../../../support/faults/crash.ts";
import { intercept } from "../../../support/faults/wire.ts";
import { type HttpPlace, Idempotency, ORG_A, ORG_B, Song, httpPlace, signal } from "./place.ts";

const gate = crashGate();
let place: HttpPlace;
beforeAll(async () => {
  place = await httpPlace({ wrap: gate.wrap });
});
beforeEach(() => {
  gate.revive();
  for (const name of Object.keys(place.script)) delete place.script[name as keyof typeof place.script];
  place.log.lines.length = 0;
});

let made = 0;
const newKey = (): string => `key-${++made}`;
const create = (key: string, title = "Song", client = place.as("editor")) => client.post("/hall/songs", { title }, { key });
const titled = async (title: string, org_id = ORG_A) => (await place.songsOf(org_id)).filter((song) => song.title === title);
/** Where the editor's key is kept. */
const recordOf = (path: string, key: string) => ({
  tenant: ORG_A,
  hash: createHash("sha256").update(`019e1b9a-7c00-7000-8000-000000000101\nPOST ${path}\n${key}`).digest("base64url"),
});
const LEASE_MS = 35_000;

describe("Idempotency-Key", () => {
  it.each([
    ["none", {}, "required"],
    ["an empty one", { "idempotency-key": "" }, "format"],
    ["one with a space", { "idempotency-key": "a b" }, "format"],
    ["one that is not ASCII", { "idempotency-key": "schlüssel" }, "format"],
    ["one of 256 characters", { "idempotency-key": "k".repeat(256) }, "format"],
  ])("400 for %s", async (_, headers, code) => {
    const { status, problem } = await place.as("editor").request("POST", "/hall/songs", { title: "Song" }, { headers });
    expect({ status, errors: problem.errors.map((error) => [error.pointer, error.code]) }).toEqual({
      status: 400,
      errors: [["/header/idempotency-key", code]],
    });
  });

  it("a repeat gets the same bytes, status and headers, marked as a replay, and nothing is done again", async () => {
    const [key, title] = [newKey(), "Repeated"];
    const first = await create(key, title);
    place.clock.advance(24 * 3600 * 1000);
    const again = await create(key, title);
    expect(place.textOf(again)).toBe(place.textOf(first));
    const { "x-request-id": _, "idempotency-replayed": marked, ...headers } = again.headers;
    const { "x-request-id": __, ...others } = first.headers;
    expect({ status: again.status, marked, headers }).toEqual({ status: 201, marked: "true", headers: others });
    expect(await titled(title)).toHaveLength(1);
  });

  it("the order of fields and what a default fills in make no other request", async () => {
    const key = newKey();
    const client = place.as("editor");
    const first = await client.post("/hall/songs", { title: "Order", genre: "house" }, { key });
    const again = await client.post("/hall/songs", { genre: "house", title: "Order" }, { key });
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
  });

  it.each([
    ["body", { title: "Another" }, {}],
    ["query", { title: "Other content" }, { query: { draft: "true" } }],
  ])("422 with another %s", async (_, body, options) => {
    const key = newKey();
    await create(key, "Other content");
    const { status, problem } = await place.as("editor").post("/hall/songs", body, { key, ...options });
    expect({ status, code: problem.code }).toEqual({ status: 422, code: "idempotency_key_reused" });
  });

  it("409 with Retry-After while the first runs, and its reply afterwards", async () => {
    const key = newKey();
    const [started, go] = [signal(), signal()];
    place.script.beforeCommit = async () => {
      started.resolve();
      await go.promise;
    };
    const first = create(key, "Slow");
    await started.promise;
    place.clock.advance(5_000);
    const during = await create(key, "Slow");
    expect(during).toMatchObject({ status: 409, problem: { code: "request_in_flight" }, headers: { "retry-after": "30" } });
    const other = await place.as("editor").post("/hall/songs", { title: "Other" }, { key });
    expect(other.status).toBe(422);
    go.resolve();
    const { body } = await first;
    expect(await create(key, "Slow")).toMatchObject({ status: 201, body });
  });

  it("20 parallel sends have one effect; each gets its reply or is told to come back", async () => {
    const key = newKey();
    const replies = await Promise.all(Array.from({ length: 20 }, () => create(key, "Parallel")));
    const [song, ...more] = await titled("Parallel");
    expect(more).toEqual([]);
    expect(new Set(replies.map(({ status }) => status)).isSubsetOf(new Set([201, 409]))).toBe(true);
    for (const { status, body, headers } of replies) expect(status === 201 ? body.id : headers["retry-after"]).toMatch(status === 201 ? song!.id : /^\d+$/);
    expect(replies.filter(({ status, headers }) => status === 201 && !headers["idempotency-replayed"])).toHaveLength(1);
    expect((await create(key, "Parallel")).body.id).toBe(song!.id);
  });

  it("the key of one org, person or route says nothing to another", async () => {
    const key = newKey();
    const [a, b, colleague, machine] = await Promise.all(
      (["editor", "editor_b", "writer", "machine"] as const).map((person) => create(key, "Shared", place.as(person))),
    );
    expect([a, b, colleague, machine].map((reply) => [reply!.status, reply!.headers["idempotency-replayed"]])).toEqual(
      Array.from({ length: 4 }, () => [201, undefined]),
    );
    expect(new Set([a, b, colleague, machine].map((reply) => reply!.body.id)).size).toBe(4);
    expect(await titled("Shared", ORG_B)).toHaveLength(1);
    const elsewhere = await place.as("editor").post("/hall/uploads", undefined, { key });
    expect([elsewhere.status, elsewhere.headers["idempotency-replayed"]]).toEqual([201, undefined]);
  });

  it("public callers are told apart by their address", async () => {
    const key = newKey();
    const ring = (ip: string) => place.client.post("/hall/public-rings", undefined, { key, ip });
    const [one, other, again] = [await ring("192.0.2.1"), await ring("192.0.2.2"), await ring("192.0.2.1")];
    expect(other.body).not.toEqual(one.body);
    expect(again.body).toEqual(one.body);
  });

  it("rights are looked at again before a reply is repeated", async () => {
    const key = newKey();
    await create(key, "Rights");
    expect((await place.client.post("/hall/songs", { title: "Rights" }, { key })).status).toBe(401);
    expect((await create(key, "Rights", place.as("nobody"))).status).toBe(403);
  });
});

describe("a refused request", () => {
  it("frees its key: the corrected request goes through", async () => {
    const key = newKey();
    expect((await create(key, "refused")).status).toBe(422);
    expect(await create(key, "accepted")).toMatchObject({ status: 201, body: { title: "accepted" } });
  });

  it("takes no key when its input is not valid", async () => {
    const key = newKey();
    expect((await create(key, "")).status).toBe(400);
    expect((await create(key, "valid")).status).toBe(201);
  });

  it("keeps the key when its transaction was stored before it was refused: the effect stays one", async () => {
    const key = newKey();
    place.script.afterCommit = async () => {
      throw new DomainError("unprocessable", "too_late", "Too late.");
    };
    expect((await create(key, "Half")).status).toBe(422);
    delete place.script.afterCommit;
    expect(await create(key, "Half")).toMatchObject({ status: 201, headers: { "idempotency-replayed": "true" } });
    expect(await titled("Half")).toHaveLength(1);
  });
});

describe("a request that fails", () => {
  it.each([
    ["unavailable", () => new DomainError("unavailable", "contended", "Busy."), 503],
    ["by a fault of ours", () => new TypeError("oops"), 500],
  ])("%s may be repeated at once, and makes the same ids", async (_, error, status) => {
    const [key, title] = [newKey(), `Failing ${status}`];
    const ids: string[] = [];
    place.script.beforeCommit = async (ctx) => {
      ids.push(ctx.ids.uuid());
      if (ids.length === 1) throw error();
    };
    expect((await create(key, title)).status).toBe(status);
    expect((await create(key, title)).status).toBe(201);
    expect(ids[1]).toBe(ids[0]);
    expect(await titled(title)).toHaveLength(1);
  });

  it("dead before its commit: 409 until the lease lapses, then the repeat makes the same ids", async () => {
    const [key, title] = [newKey(), "Died early"];
    const ids: string[] = [];
    place.script.beforeCommit = async (ctx) => {
      ids.push(ctx.ids.uuid());
      if (ids.length === 1) gate.arm(1, "before");
    };
    expect((await create(key, title)).status).toBe(500);
    gate.revive();
    place.clock.advance(LEASE_MS - 1000);
    expect(await create(key, title)).toMatchObject({ status: 409, headers: { "retry-after": "1" } });
    place.clock.advance(1000);
    expect((await create(key, title)).status).toBe(201);
    expect(ids[1]).toBe(ids[0]);
    expect(await titled(title)).toHaveLength(1);
  });

  it("dead after its commit: the repeat gets the reply at once", async () => {
    const [key, title] = [newKey(), "Died late"];
    place.script.beforeCommit = async () => gate.arm(1, "after");
    expect((await create(key, title)).status).toBe(500);
    gate.revive();
    const [song, ...more] = await titled(title);
    expect(more).toEqual([]);
    expect(await create(key, title)).toMatchObject({
      status: 201,
      body: { id: song!.id },
      headers: { "idempotency-replayed": "true", location: `/hall/songs/${song!.id}` },
    });
  });

  it("that cannot even give its key back is logged, and answered as what it was", async () => {
    place.script.beforeCommit = async () => {
      gate.arm(1, "before");
      throw new DomainError("unprocessable", "no", "No.");
    };
    expect((await create(newKey(), "Stuck")).status).toBe(422);
    expect(place.log.lines.map(({ level, message }) => [level, message])).toContainEqual([
      "warn",
      "An Idempotency-Key could not be given back; it lapses by its lease.",
    ]);
  });
});

describe("a run that another has taken over", () => {
  /** The first run stops before its commit; its lease lapses, and the second runs through; then the first goes on. */
  const overtaken = async (title: string, wake: () => Promise<void> = async () => undefined) => {
    const key = newKey();
    const [stopped, go] = [signal(), signal()];
    let runs = 0;
    place.script.beforeCommit = async () => {
      if (++runs > 1) return;
      stopped.resolve();
      await go.promise;
      await wake();
    };
    const first = create(key, title);
    await stopped.promise;
    place.clock.advance(LEASE_MS);
    const second = await create(key, title);
    go.resolve();
    return { key, first: await first, second };
  };

  it("stores nothing more, and is told to come back", async () => {
    const { key, first, second } = await overtaken("Overtaken");
    expect(second.status).toBe(201);
    expect(first).toMatchObject({ status: 409, problem: { code: "request_in_flight" } });
    expect(await titled("Overtaken")).toHaveLength(1);
    expect((await create(key, "Overtaken")).body).toEqual(second.body);
  });

  it.each([
    ["refused", () => new DomainError("unprocessable", "no", "No."), 409],
    ["broken", () => new TypeError("oops"), 500],
  ])("and is then %s, does not free the key of the other", async (name, error, status) => {
    const { key, first, second } = await overtaken(`Overtaken ${name}`, async () => {
      throw error();
    });
    expect([first.status, second.status]).toEqual([status, 201]);
    expect(await create(key, `Overtaken ${name}`)).toMatchObject({ body: second.body, headers: { "idempotency-replayed": "true" } });
    expect(await titled(`Overtaken ${name}`)).toHaveLength(1);
  });

  it("does not overwrite the reply of the other when it writes nothing itself", async () => {
    const key = newKey();
    const [stopped, go] = [signal(), signal()];
    let runs = 0;
    place.script.beforeCommit = async () => {
      if (++runs > 1) return;
      stopped.resolve();
      await go.promise;
    };
    const ring = () => place.as("editor").post("/hall/rings", undefined, { key });
    const first = ring();
    await stopped.promise;
    place.clock.advance(LEASE_MS);
    const second = await ring();
    go.resolve();
    expect((await first).status).toBe(409);
    expect((await ring()).body).toEqual(second.body);
  });

  it("of ten that wait for the lease one goes on", async () => {
    const key = newKey();
    place.script.beforeCommit = async () => gate.arm(1, "before");
    await create(key, "Heirs");
    gate.revive();
    delete place.script.beforeCommit;
    place.clock.advance(LEASE_MS);
    const replies = await Promise.all(Array.from({ length: 10 }, () => create(key, "Heirs")));
    expect(replies.filter(({ status, headers }) => status === 201 && !headers["idempotency-replayed"])).toHaveLength(1);
    expect(replies.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(await titled("Heirs")).toHaveLength(1);
  });

  it("a key that is freed between two looks at it is taken by the repeat", async () => {
    const key = newKey();
    await create(key, "Freed");
    const repeating = await httpPlace({
      physical: place.physical,
      wrap: (handler) =>
        intercept(handler, async ({ operation, body, forward }) => {
          if (operation === "GetItem" && body.Key.sk.S === "I") await Idempotency.delete(place.ctx, recordOf("/hall/songs", key));
          return forward();
        }),
    });
    const { status, headers } = await create(key, "Freed", repeating.as("editor"));
    expect([status, headers["idempotency-replayed"]]).toEqual([201, undefined]);
  });

  it("repeats of a refused request are refused or told to come back, and never find nothing", async () => {
    for (let round = 0; round < 20; round++) {
      const key = newKey();
      const replies = await Promise.all(Array.from({ length: 6 }, () => create(key, "refused")));
      expect(replies.filter(({ status }) => status !== 422 && status !== 409)).toEqual([]);
    }
  });
});

describe("what is kept of a reply", () => {
  it("a use case that stores nothing is carried out once all the same", async () => {
    const key = newKey();
    const ring = () => place.as("editor").post("/hall/rings", undefined, { key });
    const [first, again] = [await ring(), await ring()];
    expect([again.status, again.body, again.headers["idempotency-replayed"]]).toEqual([200, first.body, "true"]);
  });

  it("a reply without a body is repeated without one", async () => {
    const [key, song] = [newKey(), await Song.create(place.ctx, { org_id: ORG_A, title: "Verb" })];
    const retitle = () => place.as("editor").post(`/hall/songs/${song.id}/retitle`, undefined, { key });
    const before = gate.calls;
    expect((await retitle()).status).toBe(204);
    // Claim, read, transaction: the reply needs no write of its own.
    expect(gate.calls - before).toBe(3);
    expect(await retitle()).toMatchObject({ status: 204, headers: { "idempotency-replayed": "true" } });
    expect((await Song.get(place.ctx, song)).title).toBe("Verb!");
  });

  it("the presenter runs anew on a replay, on what was stored", async () => {
    const key = newKey();
    const upload = () => place.as("editor").post("/hall/uploads", undefined, { key });
    const [first, again] = [await upload(), await upload()];
    expect(again.body.id).toBe(first.body.id);
    expect(again.body.url).not.toBe(first.body.url);
  });

  it("what is revealed is sent once and stored nowhere", async () => {
    const key = newKey();
    const ask = () => place.as("editor").post("/hall/keys", undefined, { key });
    const first = await ask();
    expect(first.body.secret).toMatch(/^[\w-]{43}$/);
    const again = await ask();
    expect(again.body).toEqual({ id: first.body.id });
    const record = await Idempotency.get(place.ctx, recordOf("/hall/keys", key));
    expect(record.state).toBe("done");
    expect(JSON.stringify([record, await place.songsOf()])).not.toContain(first.body.secret);
  });

  it("the record lives for seven days", async () => {
    const key = newKey();
    await create(key, "Kept");
    const record = await Idempotency.get(place.ctx, recordOf("/hall/songs", key));
    expect(record.expires_at * 1000 - place.clock.now().getTime()).toBe(7 * 24 * 3600 * 1000);
  });

  it("409 when the stored reply no longer fits the declaration: never a fault, and never a second effect", async () => {
    const key = newKey();
    await create(key, "Outdated");
    const at = recordOf("/hall/songs", key);
    await Idempotency.patch(place.ctx, at, { result: '{"of":"an older shape"}' });
    expect(await create(key, "Outdated")).toMatchObject({ status: 409, problem: { code: "reply_lost" } });
    await Idempotency.patch(place.ctx, at, { result: null });
    expect(await create(key, "Outdated")).toMatchObject({ status: 409, problem: { code: "reply_lost" } });
    expect(await titled("Outdated")).toHaveLength(1);
  });
});
