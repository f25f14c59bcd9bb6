import { beforeAll, describe, expect, it } from "vitest";
import { type HttpPlace, ORG_A, Song, httpPlace } from "./place.ts";

let place: HttpPlace;
beforeAll(async () => {
  place = await httpPlace();
});
const fresh = () => Song.create(place.ctx, { org_id: ORG_A, title: "First" });

describe.each(["PATCH", "DELETE"])("%s with If-Match", (method) => {
  const send = (id: string, headers: Record<string, string>) =>
    place.as("editor").request(method, `/hall/songs/${id}`, method === "PATCH" ? { title: "Next" } : undefined, { headers });

  it("428 without it", async () => {
    const { status, problem } = await send((await fresh()).id, {});
    expect({ status, code: problem.code }).toEqual({ status: 428, code: "if_match_required" });
  });

  it.each(["*", "1", 'W/"1"', '"0"', '"01"', '"1", "2"', '"-1"', '"x"', '""', '"99999999999"', ""])("400 for %j, which is no version", async (tag) => {
    const { status, problem } = await send((await fresh()).id, { "if-match": tag });
    expect({ status, pointer: problem.errors[0]?.pointer }).toEqual({ status: 400, pointer: "/header/if-match" });
  });

  it("412 with the current version when it is stale, and nothing changes", async () => {
    const song = await fresh();
    const { status, problem } = await send(song.id, { "if-match": '"7"' });
    expect({ status, code: problem.code, current: problem["current_version"] }).toEqual({ status: 412, code: "stale", current: 1 });
    expect(await Song.get(place.ctx, song)).toEqual(song);
  });

  it("is carried out under the version that was read", async () => {
    const song = await fresh();
    const reply = await send(song.id, { "if-match": (await place.as("editor").get(`/hall/songs/${song.id}`)).headers["etag"]! });
    expect(reply.status).toBe(method === "PATCH" ? 200 : 204);
  });
});

it("one of 20 writers with the same version gets through", async () => {
  const song = await fresh();
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, n) => place.as("editor").patch(`/hall/songs/${song.id}`, { title: `By ${n}` }, { version: 1 })),
  );
  expect(replies.filter(({ status }) => status === 412)).toHaveLength(19);
  const winner = replies.find(({ status }) => status === 200)!;
  expect((await Song.get(place.ctx, song)).title).toBe(winner.body.title);
});
