import { beforeAll, describe, expect, it } from "vitest";
import { genresApi } from "../../../functions/soundcloud/genres.api.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";
import type { Person } from "../../support/world.ts";

let world: SoundcloudWorld;
let artist: Person;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [genresApi] });
  artist = (await world.artist()).person;
});

const families = "/soundcloud/genre-families";
const subgenres = "/soundcloud/subgenres";
const MISSING = "019e1b9a-7c00-7000-8000-000000000099";
const family = (name: string) => world.admin.api.post(families, { name });

describe("genre families", () => {
  it("are read by every role and changed by admins only", async () => {
    for (const { api } of [artist, world.moderator, world.admin])
      expect((await api.get(families)).body.items.map(({ name }: { name: string }) => name)).toEqual(
        expect.arrayContaining(["Electronic", "Hip-Hop", "Rock", "Pop", "R&B"]),
      );
    for (const { api } of [artist, world.moderator]) expect((await api.post(families, { name: "Jazz" })).status).toBe(403);
    expect((await family("Folk")).status).toBe(201);
  });

  it("201, then 409 for the same name whatever its case; other orgs have their own", async () => {
    const made = await family("Drum & Bass");
    expect(made).toMatchObject({ status: 201, body: { name: "Drum & Bass", active: true, version: 1 } });
    expect((await family("drum & BASS")).problem).toMatchObject({ status: 409, code: "name_taken" });
    const other = await world.org();
    expect((await other.admin.api.post(families, { name: "Drum & Bass" })).status).toBe(201);
    expect((await other.admin.api.patch(`${families}/${made.body.id}`, { active: false }, { version: 1 })).status).toBe(404);
  });

  it("are renamed and deactivated under their version; the list keeps the inactive", async () => {
    const { body } = await family("Ambient");
    const path = `${families}/${body.id}`;
    expect((await world.admin.api.patch(path, { name: "Electronic" }, { version: 1 })).problem).toMatchObject({ status: 409, code: "name_taken" });
    expect((await world.admin.api.patch(path, { name: "Drone", active: false }, { version: 1 })).body).toMatchObject({
      name: "Drone",
      active: false,
      version: 2,
    });
    expect((await world.admin.api.patch(path, { active: true }, { version: 1 })).status).toBe(412);
    expect((await family("Ambient")).status).toBe(201);
    expect((await world.admin.api.get(families)).body.items).toContainEqual(expect.objectContaining({ name: "Drone", active: false }));
  });
});

describe("subgenres", () => {
  it("201 with literal patterns; 409, 422 and 400 for a taken name, an unknown family and unusable patterns", async () => {
    const { genre_family_id: family_id } = world.genre("Pop");
    const make = (more: object) => world.admin.api.post(subgenres, { family_id, name: "Synth Pop", ...more });
    expect(await make({ patterns: ["synth pop"], order_index: 2 })).toMatchObject({
      status: 201,
      body: { family_id, patterns: ["synth pop"], order_index: 2 },
    });
    expect((await make({ name: "SYNTH pop" })).problem).toMatchObject({ status: 409, code: "name_taken" });
    expect((await make({ family_id: MISSING })).problem).toMatchObject({ status: 422, code: "unknown_genre" });
    expect((await make({ name: "Bad", patterns: ["ok word", "!!", "OK  word"] })).problem).toMatchObject({
      status: 400,
      errors: [{ pointer: "/patterns/1" }, { pointer: "/patterns/2" }],
    });
    expect((await make({ family_id: world.genre("Rock").genre_family_id })).status).toBe(201);
    expect((await artist.api.post(subgenres, { family_id, name: "Mine" })).status).toBe(403);
  });

  it("are changed under their version; the family never", async () => {
    const { genre_family_id: family_id, subgenre_id } = world.genre("Rock/Indie Rock");
    const path = `${subgenres}/${subgenre_id}`;
    expect((await world.admin.api.patch(path, { family_id: MISSING }, { version: 1 })).status).toBe(400);
    expect((await world.admin.api.patch(path, { patterns: ["indie rock", "indie"], active: true }, { version: 1 })).body).toMatchObject({
      family_id,
      patterns: ["indie rock", "indie"],
    });
    expect((await world.admin.api.patch(path, { active: false }, { version: 1 })).status).toBe(412);
  });
});

describe("POST /soundcloud/genres/classify", () => {
  const classify = async (text: string, api = artist.api) => (await api.post("/soundcloud/genres/classify", { text })).body;

  it.each([
    ["Neon Nights (deep house mix)", "Electronic", "House", "deep house"],
    ["a TRAP beat", "Hip-Hop", "Trap", "trap"],
    ["post-rock from Leeds", "Rock", "Post Rock", "post-rock"],
    ["just pop", "Pop", undefined, "Pop"],
    ["warehouse party", undefined, undefined, undefined],
  ])("%s", async (text, familyName, subgenre, pattern) => {
    expect(await classify(text)).toEqual({
      family: familyName ? { id: world.genre(familyName).genre_family_id, name: familyName } : null,
      subgenre: subgenre ? { id: world.genre(`${familyName}/${subgenre}`).subgenre_id, name: subgenre } : null,
      pattern: pattern ?? null,
      qa_flag: familyName === undefined,
    });
  });

  it("leaves out what is inactive, and the classes of other orgs", async () => {
    const org = await world.org();
    const { genre_family_id } = org.genre("Rock");
    await org.admin.api.patch(`${families}/${genre_family_id}`, { active: false }, { version: 1 });
    expect(await classify("post rock", org.admin.api)).toMatchObject({ family: null, qa_flag: true });
    expect(await classify("post rock")).toMatchObject({ family: { name: "Rock" } });
  });
});

it("no reply shows the key that names are compared by", async () => {
  const replies = [await world.admin.api.get(families), await world.admin.api.get(subgenres), await family("Shown")];
  expect(JSON.stringify(replies.map(({ body }) => body))).not.toContain("name_key");
});
