import { beforeAll, describe, expect, it } from "vitest";
import { exportsApi } from "../../../functions/soundcloud/exports.api.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [exportsApi], ports: { files: {} } });
});

const exportOf = (member_id: string) => ({ kind: "person", member_id });

describe("POST /soundcloud/exports", () => {
  it("202 for members about themselves, 404 about others; ops about anybody", async () => {
    const { member, person } = await world.artist();
    const other = await world.member();
    const { status, body } = await person.api.post("/soundcloud/exports", exportOf(member.id));
    expect([status, body.status, body.requested_by]).toEqual([202, "pending", person.user_id]);
    expect(body).not.toHaveProperty("file_key");
    expect((await person.api.post("/soundcloud/exports", exportOf(other.id))).status).toBe(404);
    expect((await world.moderator.api.post("/soundcloud/exports", exportOf(other.id))).status).toBe(202);
    expect((await world.admin.api.post("/soundcloud/exports", exportOf(world.org_id))).status).toBe(404);
  });
  it("lists of the org are for ops: 403 for a member, who sees none of them either", async () => {
    const { member, person } = await world.artist();
    for (const kind of ["members", "submissions", "ledger", "campaigns"]) {
      const { status, problem } = await person.api.post("/soundcloud/exports", { kind, format: "csv" });
      expect([status, problem.code]).toEqual([403, "ops_only"]);
      const { body } = await world.moderator.api.post("/soundcloud/exports", { kind, format: "csv" });
      expect(body).toMatchObject({ kind, format: "csv", status: "pending" });
      expect((await person.api.get(`/soundcloud/exports/${body.id}`)).status).toBe(404);
      // Who is no member is about nobody, as the export is.
      const bystander = await world.person(`${kind}@bystander.example.com`, ["member"]);
      expect((await bystander.api.get(`/soundcloud/exports/${body.id}`)).status).toBe(404);
    }
    expect((await person.api.get("/soundcloud/exports")).body.items.every((item: { member_id?: string }) => item.member_id === member.id)).toBe(true);
  });
  it("400 with every fault: a person without a member or as CSV, a list with one", async () => {
    const { id } = await world.member();
    const faults = async (body: object) => {
      const { status, problem } = await world.admin.api.post("/soundcloud/exports", body);
      return [status, problem.errors.map(({ pointer }: { pointer: string }) => pointer)];
    };
    expect(await faults({ kind: "person", format: "csv" })).toEqual([400, ["/member_id", "/format"]]);
    expect(await faults({ kind: "ledger", member_id: id })).toEqual([400, ["/member_id"]]);
    expect(await faults({ kind: "queues" })).toEqual([400, ["/kind"]]);
  });
  it("a repeat with the same key is the same export", async () => {
    const { id } = await world.member();
    const first = await world.admin.api.post("/soundcloud/exports", exportOf(id), { key: "export-1" });
    const again = await world.admin.api.post("/soundcloud/exports", exportOf(id), { key: "export-1" });
    expect(again.body).toEqual(first.body);
    const orders = (await world.events()).filter(({ data }) => (data as { export_id?: string }).export_id === first.body.id);
    expect(orders.length).toBe(1);
  });
});

describe("GET /soundcloud/exports", () => {
  it("shows ops all, members their own, and nobody what is over", async () => {
    const org = await world.org();
    const { member, person } = await org.artist();
    const other = await org.member();
    const { body: own } = await person.api.post("/soundcloud/exports", exportOf(member.id));
    world.clock.advance(1);
    const { body: foreign } = await org.admin.api.post("/soundcloud/exports", exportOf(other.id));
    const idsOf = async (api: typeof person.api) => (await api.get("/soundcloud/exports")).body.items.map(({ id }: { id: string }) => id);
    expect(await idsOf(org.admin.api)).toEqual([foreign.id, own.id]);
    expect(await idsOf(person.api)).toEqual([own.id]);
    expect((await person.api.get(`/soundcloud/exports/${own.id}`)).body).toMatchObject({ id: own.id, status: "pending" });
    expect((await person.api.get(`/soundcloud/exports/${foreign.id}`)).status).toBe(404);
    world.clock.advance(7 * 86_400_000);
    expect(await idsOf(org.admin.api)).toEqual([]);
    expect((await org.admin.api.get(`/soundcloud/exports/${own.id}`)).status).toBe(404);
  });
});
