import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpSoundcloud } from "../../support/soundcloud.ts";
import { PLANNER_SECRET } from "../../support/planner-account.ts";
import { type PlannerWorld, plannerWorld } from "../../workers/soundcloud/planner-world.ts";

let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld();
});
afterAll(() => world.stop());

const body = { username: "night-shift", api_key: "ip-very-secret", webhook_secrets: [PLANNER_SECRET] };

describe("PUT /soundcloud/influence-planner", () => {
  it("seals key and secrets, and never shows them", async () => {
    const org = await world.org();
    expect((await org.admin.api.get("/soundcloud/influence-planner")).status).toBe(404);
    const { status, body: shown } = await org.admin.api.put("/soundcloud/influence-planner", body);
    expect([status, shown.username, shown.webhook_secrets_set]).toEqual([200, "night-shift", 1]);
    expect((await org.admin.api.get("/soundcloud/influence-planner")).body).toEqual(shown);
    const stored = await dumpSoundcloud(world);
    for (const secret of [body.api_key, PLANNER_SECRET]) expect([JSON.stringify(shown), stored].some((text) => text.includes(secret))).toBe(false);
  });
  it("403 for a moderator; 400 for a name with a colon and a secret that is none", async () => {
    const org = await world.org();
    expect((await org.moderator.api.put("/soundcloud/influence-planner", body)).status).toBe(403);
    const { status, problem } = await org.admin.api.put("/soundcloud/influence-planner", { ...body, username: "a:b", webhook_secrets: ["whsec_short"] });
    expect([status, problem.errors.map(({ pointer }) => pointer)]).toEqual([400, ["/username", "/webhook_secrets/0"]]);
  });
});

describe("POST /soundcloud/schedules", () => {
  it("plans one pending schedule per member, and the event that wakes the job", async () => {
    const network = await world.network(2);
    const items = await world.plan(network);
    expect(items).toMatchObject([{ status: "pending", outcome_unknown: false, needs_attention: false }, { status: "pending" }]);
    expect((await network.org.events()).map(({ type }) => type)).toContain("soundcloud.schedules-ordered.v1");
  });
  it("409 for a member who has one for the same parent already, and nothing of the rest is planned", async () => {
    const network = await world.network(2);
    await world.plan({ ...network, members: network.members.slice(0, 1) });
    await expect(world.plan(network)).rejects.toThrow(/409.*target_taken/);
    expect(await world.schedulesOf(network)).toHaveLength(1);
  });
  it("422 names every member who cannot be scheduled", async () => {
    const network = await world.network(1);
    const unlinked = await network.org.member({ unlinked: true });
    const foreign = (await world.network(1)).members[0]!;
    const { status, problem } = await network.org.moderator.api.post("/soundcloud/schedules", {
      parent_type: "submission",
      parent_id: network.submission.id,
      member_ids: [network.members[0]!.id, unlinked.id, foreign.id],
    });
    expect([status, problem.code, problem.errors.map(({ pointer, code }) => [pointer, code])]).toEqual([
      422,
      "bad_targets",
      [
        ["/member_ids/1", "not_linked"],
        ["/member_ids/2", "unknown_member"],
      ],
    ]);
  });
  it("422 without an account, for an unknown parent, and for a submission that is not approved", async () => {
    const org = await world.org();
    const member = await org.member();
    const ask = async (parent_id: string, parent_type = "submission"): Promise<string> =>
      (await org.moderator.api.post("/soundcloud/schedules", { parent_type, parent_id, member_ids: [member.id] })).problem.code;
    expect(await ask(member.id)).toBe("planner_not_set");
    await org.admin.api.put("/soundcloud/influence-planner", body);
    expect([await ask(member.id), await ask(member.id, "campaign")]).toEqual(["unknown_parent", "unknown_parent"]);
    const submission = await org.submission({ member_id: member.id });
    expect(await ask(submission.id)).toBe("not_open");
  });
});

describe("a schedule", () => {
  it("is listed by parent, by status and, with one filter only, read alone", async () => {
    const network = await world.network(2);
    const [first, second] = await world.plan(network);
    const { api } = network.org.moderator;
    const list = async (query: Record<string, string>): Promise<string[]> =>
      (await api.get("/soundcloud/schedules", { query })).body.items.map(({ id }: { id: string }) => id);
    expect(await list({ parent_id: network.submission.id })).toEqual([first!.id, second!.id]);
    expect(await list({ status: "pending" })).toEqual([first!.id, second!.id]);
    expect(await list({ needs_attention: "true" })).toEqual([]);
    expect((await api.get("/soundcloud/schedules")).status).toBe(400);
    expect((await api.get(`/soundcloud/schedules/${first!.id}`)).body).toMatchObject({ id: first!.id, status: "pending" });
  });
  it("is cancelled once; retry is for failed ones", async () => {
    const network = await world.network(1);
    const [{ id } = { id: "" }] = await world.plan(network);
    const { api } = network.org.moderator;
    expect((await api.post(`/soundcloud/schedules/${id}/retry`)).problem).toMatchObject({
      code: "invalid_transition",
      allowed: ["scheduled", "failed", "cancelled"],
    });
    expect((await api.post(`/soundcloud/schedules/${id}/cancel`)).body.status).toBe("cancelled");
    expect((await api.post(`/soundcloud/schedules/${id}/cancel`)).problem).toMatchObject({ code: "invalid_transition", allowed: [] });
    await world.sendAll();
    expect(await world.held(network)).toEqual([]);
  });
});
