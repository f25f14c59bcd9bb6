import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ApplyPlannerEvent } from "../../../events/soundcloud/apply-planner-event.v1.ts";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { connectionsApi } from "../../../functions/soundcloud/connections.api.ts";
import { membersApi } from "../../../functions/soundcloud/members.api.ts";
import { plannerWebhooksApi } from "../../../functions/soundcloud/planner-webhooks.api.ts";
import { MemberAccount } from "../../../shared/soundcloud/member/member-account.ts";
import { signed } from "../../support/signed.ts";
import { control } from "../../integration/providers/support.ts";
import { PLANNER_SECRET } from "../../support/planner-account.ts";
import { type Network, type PlannerWorld, plannerWorld } from "./planner-world.ts";
import { memberOf, typesOf } from "./queues-world.ts";

let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld({ apis: [plannerWebhooksApi, connectionsApi, membersApi] });
});
afterEach(async () => {
  await world.purge(applyPlannerEventWorker);
  await control(world.planner_sandbox.url, "DELETE", "faults");
  world.clock.set("2026-11-20T09:00:00.000Z");
  world.restartPlanner();
});
afterAll(() => world.stop());

type Kind = "scheduled" | "completed" | "failed" | "cancelled";
interface Said {
  readonly id?: string;
  readonly data?: object;
}
let messages = 0;

const said = async (
  { org, submission }: Network,
  schedule: { ip_schedule_id?: string | undefined; target_user_id?: string | undefined },
  kind: Kind,
  { id, data }: Said = {},
) => {
  messages += 1;
  const raw = JSON.stringify({
    type: `schedule.${kind}`,
    timestamp: world.clock.now().toISOString(),
    data: { schedule_id: schedule.ip_schedule_id, target_user_id: schedule.target_user_id, media_url: submission.track_url, ...data },
  });
  const headers = signed(PLANNER_SECRET, raw, { id: id ?? `msg_${messages}`, at: world.clock.now() });
  return world.client.request("POST", `/soundcloud/webhooks/influence-planner/${org.org_id}`, undefined, { raw, headers });
};
const apply = () => world.drain(applyPlannerEventWorker);

/** A network whose one repost Influence Planner has. */
const planned = async (count = 1) => {
  const network = await world.network(count);
  await world.plan(network);
  await world.sendAll();
  return { network, schedules: await world.schedulesOf(network) };
};
const statusOf = async (network: Network): Promise<string> => (await world.schedulesOf(network))[0]!.status;
const failure = (code: string) => ({ data: { error: { code, message: "It did not work." } } });

describe("a call-back", () => {
  it("completes its schedule with time and proof, and shows that the account works", async () => {
    const { network, schedules } = await planned();
    const performed_at = "2026-11-20T08:59:58.000Z";
    const reply = await said(network, schedules[0]!, "completed", { data: { performed_at, proof_url: "https://soundcloud.com/channel/reposts" } });
    expect([reply.status, await apply()]).toEqual([204, 1]);
    expect(await world.schedulesOf(network)).toMatchObject([
      { status: "completed", completed_at: performed_at, proof_url: "https://soundcloud.com/channel/reposts", verified_by: "influence_planner" },
    ]);
    const { items } = (await network.org.moderator.api.get("/soundcloud/connections", { query: { status: "linked" } })).body;
    expect(items).toMatchObject([{ member_id: network.members[0]!.id, error_count: 0 }]);
  });

  it("with a proof from elsewhere is taken without it", async () => {
    const { network, schedules } = await planned();
    for (const proof_url of ["https://soundcloud.com.evil.example/x", "http://soundcloud.com/x", "https://soundcloud.com@evil.example/x"]) {
      await said(network, schedules[0]!, "completed", { data: { proof_url } });
    }
    await apply();
    const [schedule] = await world.schedulesOf(network);
    expect([schedule!.status, schedule!.proof_url]).toEqual(["completed", undefined]);
  });

  it("comes twice and counts once, by its id and by its message", async () => {
    const { network, schedules } = await planned();
    const replies = [];
    for (let n = 0; n < 2; n++) replies.push(await said(network, schedules[0]!, "failed", { id: `msg_twice_${network.org.org_id}`, ...failure("timeout") }));
    expect(replies.map(({ status }) => status)).toEqual([204, 204]);
    const ids = (await network.org.events()).flatMap(({ type, data }) =>
      type === "soundcloud.planner-event-received.v1" ? [(data as { event_id: string }).event_id] : [],
    );
    expect(ids).toHaveLength(1);
    const message = network.org.message(ApplyPlannerEvent, { event_id: ids[0]! });
    await Promise.all([world.deliver(applyPlannerEventWorker, [message]), world.deliver(applyPlannerEventWorker, [message])]);
    expect(await world.deliver(applyPlannerEventWorker, ["{}", message])).toBe(1);
    expect((await typesOf(network.org)).filter((type) => type === "schedule-failed")).toHaveLength(1);
    expect((await network.org.moderator.api.get("/soundcloud/connections", { query: { status: "linked" } })).body.items).toMatchObject([{ error_count: 1 }]);
  });

  const orders = <T>(list: readonly T[]): T[][] =>
    list.length <= 1 ? [[...list]] : list.flatMap((first, at) => orders(list.toSpliced(at, 1)).map((rest) => [first, ...rest]));

  it.each(orders<Kind>(["scheduled", "failed", "completed"]))("leads to completed in the order %s, %s, %s", async (...order) => {
    const { network, schedules } = await planned();
    for (const kind of order) {
      await said(network, schedules[0]!, kind);
      await apply();
    }
    expect(await statusOf(network)).toBe("completed");
  });

  it("tells of a schedule whose create was not answered, in any order", async () => {
    for (const order of orders<Kind>(["scheduled", "completed"])) {
      const network = await world.network(1);
      await world.plan(network);
      await world.plannerFault("lost_answer");
      await world.sendAll();
      expect(await world.schedulesOf(network)).toMatchObject([{ status: "pending", sent_at: expect.any(String) }]);
      const [held] = await world.held(network);
      for (const kind of order) {
        await said(network, { ip_schedule_id: held!.schedule_id, target_user_id: held!.target_user_id }, kind);
        await apply();
      }
      const [schedule] = await world.schedulesOf(network);
      expect(schedule).toMatchObject({ status: "completed", ip_schedule_id: held!.schedule_id });
      expect(schedule!.sent_at).toBeUndefined();
    }
  });

  it("never opens again what was cancelled; a completion after that is shown to ops", async () => {
    const { network, schedules } = await planned();
    await said(network, schedules[0]!, "cancelled");
    await apply();
    for (const kind of ["scheduled", "failed", "completed"] as const) await said(network, schedules[0]!, kind);
    await apply();
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "cancelled", late_completion_at: "2026-11-20T09:00:00.000Z" }]);
    const shown = (await network.org.moderator.api.get("/soundcloud/schedules", { query: { needs_attention: "true" } })).body.items;
    expect(shown).toMatchObject([{ id: schedules[0]!.id, needs_attention: true }]);
  });

  it("about a schedule that is not known is answered alike, parked, and shown to ops", async () => {
    const { network } = await planned();
    const reply = await said(network, { ip_schedule_id: "nobody-knows", target_user_id: "SOUNDCLOUD-USER-1" }, "completed");
    expect(reply.status).toBe(204);
    await apply();
    const { items } = (await network.org.moderator.api.get("/soundcloud/planner-events", { query: { state: "parked" } })).body;
    expect(items).toMatchObject([{ ip_schedule_id: "nobody-knows", type: "schedule.completed" }]);
  });

  it("of another type is taken and forgotten; one that names no schedule is refused", async () => {
    const { network, schedules } = await planned();
    const events = async () => (await typesOf(network.org)).filter((type) => type === "planner-event-received").length;
    expect((await said(network, schedules[0]!, "renamed" as Kind)).status).toBe(204);
    const { status, problem } = await said(network, {}, "completed");
    expect([status, problem.errors.map(({ pointer }) => pointer)]).toEqual([400, ["/data/schedule_id", "/data/target_user_id"]]);
    expect(await events()).toBe(0);
  });

  it("signed with another org's secret, or to an org without one, is refused", async () => {
    const { network, schedules } = await planned();
    const bare = { ...network, org: await world.org() };
    expect((await said(bare, schedules[0]!, "completed")).problem.code).toBe("bad_signature");
  });
});

describe("a connection", () => {
  const lost = async (network: Network): Promise<number> => (await typesOf(network.org)).filter((type) => type === "connection-lost").length;
  const connection = async ({ org, members }: Network) => (await org.moderator.api.get(`/soundcloud/members/${members[0]!.id}/connections`)).body.items[0];
  const accountOf = ({ org, members }: Network) =>
    MemberAccount.get(org.ctx, { org_id: org.org_id, member_id: members[0]!.id, platform: "soundcloud" }, { consistent: true });
  /** The member's next repost, which ends like this. */
  const next = async (network: Network, kind: Kind, more: Said = {}) => {
    const other = { ...network, submission: (await world.network(0, network.org)).submission };
    await world.plan(other).catch(() => undefined);
    await world.sendAll();
    const [schedule] = await world.schedulesOf(other);
    await said(other, schedule!, kind, more);
    await apply();
  };

  it("breaks after three errors in a row, is told once, and mends with the next success", async () => {
    const network = await world.network(1);
    await next(network, "failed", failure("timeout"));
    await next(network, "failed", failure("timeout"));
    await next(network, "completed");
    expect(await connection(network)).toMatchObject({ status: "linked", error_count: 0 });
    for (let n = 1; n <= 3; n++) {
      expect((await accountOf(network)).status).toBe("linked");
      await next(network, "failed", failure("timeout"));
    }
    expect(await connection(network)).toMatchObject({
      status: "error",
      error_count: 3,
      last_error_message: "It did not work.",
      reconnect_sent_at: "2026-11-20T09:00:00.000Z",
    });
    expect([(await accountOf(network)).status, (await memberOf(network.org, network.members[0]!.id)).status, await lost(network)]).toEqual([
      "error",
      "needs_reconnect",
      1,
    ]);
    const { handle, follower_count } = await accountOf(network);
    await network.org.admin.api.put(`/soundcloud/members/${network.members[0]!.id}/accounts/soundcloud`, { handle, follower_count, status: "linked" });
    const mended = await connection(network);
    expect([mended.status, mended.error_count, mended.reconnect_sent_at]).toEqual(["linked", 0, undefined]);
    expect((await memberOf(network.org, network.members[0]!.id)).status).toBe("active");
  });

  it("needs a new login after a refusal, at once, and tells so once per episode", async () => {
    const { network, schedules } = await planned(1);
    const second = { ...network, submission: (await world.network(0, network.org)).submission };
    await world.plan(second);
    await world.sendAll();
    const [other] = await world.schedulesOf(second);
    await said(network, schedules[0]!, "failed", failure("account_invalid"));
    await said(second, other!, "failed", failure("account_invalid"));
    await apply();
    expect([await connection(network), await lost(network)]).toMatchObject([{ status: "reconnect", error_count: 2 }, 1]);
    await said(second, other!, "completed");
    await apply();
    expect((await connection(network)).status).toBe("linked");
  });

  it("is ended by its owner, who sees no other's; an older success does not bring it back", async () => {
    const org = await world.org();
    const { member, person } = await org.artist({ soundcloud_handle: `owner-${org.org_id}` });
    const path = `/soundcloud/members/${member.id}/connections`;
    expect((await person.api.get(path)).body.items).toEqual([]);
    const ended = await person.api.post(`${path}/soundcloud/disconnect`);
    expect([ended.status, ended.body.status]).toEqual([200, "disconnected"]);
    expect((await person.api.get(path)).body.items).toMatchObject([{ status: "disconnected" }]);
    expect((await memberOf(org, member.id)).status).toBe("needs_reconnect");
    const stranger = await org.member();
    expect((await person.api.post(`/soundcloud/members/${stranger.id}/connections/soundcloud/disconnect`)).status).toBe(404);
    expect((await person.api.post(`${path}/spotify/disconnect`)).status).toBe(404);
    expect((await person.api.get("/soundcloud/connections", { query: { status: "linked" } })).status).toBe(403);
  });
});
