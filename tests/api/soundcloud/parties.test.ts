import { beforeAll, describe, expect, it } from "vitest";
import { partiesApi } from "../../../functions/soundcloud/parties.api.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [partiesApi] });
});

describe.each([
  [
    "/soundcloud/clients",
    { emails: ["Booking@Example.com"], notes: "Prefers mail." },
    { emails: ["booking@example.com"], notes: "Prefers mail." },
    { notes: null },
  ],
  ["/soundcloud/salespersons", { email: "Jared@Agency.example" }, { email: "jared@agency.example" }, { email: null }],
])("%s", (path, given, shown, cleared) => {
  it("201 and readable; a replay is the same", async () => {
    const post = () => world.moderator.api.post(path, { name: " Quiet Choir ", ...given }, { key: `first${path}` });
    const [first, again] = [await post(), await post()];
    expect(first).toMatchObject({ status: 201, headers: { location: `${path}/${first.body.id}` }, body: { name: "Quiet Choir", ...shown, version: 1 } });
    expect(again.body).toEqual(first.body);
    expect((await world.admin.api.get(`${path}/${first.body.id}`)).body).toEqual(first.body);
    expect(JSON.stringify((await world.admin.api.get(path)).body)).not.toContain("name_key");
  });

  it("409 for the same name in another spelling, also when two come at once", async () => {
    expect((await world.admin.api.post(path, { name: "QUIET   choir" })).problem).toMatchObject({ status: 409, code: "name_taken" });
    const replies = await Promise.all(["Twin", "TWIN"].map((name) => world.admin.api.post(path, { name })));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });

  it("lists by name, in pages", async () => {
    const org = await world.org();
    for (const name of ["Cello", "alto", "Bass"]) await org.admin.api.post(path, { name });
    const first = await org.admin.api.get(path, { query: { limit: 2 } });
    const rest = await org.admin.api.get(path, { query: { limit: 2, cursor: first.body.next_cursor } });
    expect([...first.body.items, ...rest.body.items].map(({ name }: { name: string }) => name)).toEqual(["alto", "Bass", "Cello"]);
  });

  it("200 for a change under its version; a freed name can be taken", async () => {
    const { id } = (await world.admin.api.post(path, { name: "Before", ...given })).body;
    const patch = (body: object, version?: number) => world.admin.api.patch(`${path}/${id}`, body, version === undefined ? {} : { version });
    expect((await patch({ name: "After" })).status).toBe(428);
    expect((await patch({ name: "quiet choir" }, 1)).problem).toMatchObject({ status: 409, code: "name_taken" });
    expect((await patch({ name: "After", ...cleared }, 1)).body).toMatchObject({ name: "After", version: 2 });
    expect((await patch({ name: "Late" }, 1)).problem).toMatchObject({ status: 412, current_version: 2 });
    expect((await world.admin.api.post(path, { name: "before" })).status).toBe(201);
    for (const field of Object.keys(cleared)) expect((await world.admin.api.get(`${path}/${id}`)).body).not.toHaveProperty(field);
  });

  it("403 for a member, 404 for another org's, 400 for what is malformed", async () => {
    const { id } = (await world.admin.api.post(path, { name: "Guarded" })).body;
    const { person } = await world.artist();
    expect((await person.api.get(path)).status).toBe(403);
    expect((await person.api.post(path, { name: "Mine" })).status).toBe(403);
    const other = await world.org();
    expect((await other.admin.api.get(`${path}/${id}`)).status).toBe(404);
    expect((await other.admin.api.patch(`${path}/${id}`, { name: "Taken over" }, { version: 1 })).status).toBe(404);
    for (const body of [{}, { name: " " }, { name: "x".repeat(201) }, { name: "X", name_key: "y" }, { name: "X", import_id: id }])
      expect((await world.admin.api.post(path, body)).status).toBe(400);
  });
});
