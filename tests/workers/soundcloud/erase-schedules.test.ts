import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { erasePersonWorker } from "../../../functions/soundcloud/erase-person.worker.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { ERASED_TRACK_URL } from "../../../shared/soundcloud/erasure/erased-track.ts";
import { personSections } from "../../../shared/soundcloud/export/person-sections.ts";
import { Connection } from "../../../shared/soundcloud/planner/connection.ts";
import { receivePlannerEvent } from "../../../shared/soundcloud/planner/receive-planner-event.ts";
import { Schedule } from "../../../shared/soundcloud/planner/schedule.ts";
import { type PlannerWorld, plannerWorld } from "./planner-world.ts";

let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld();
});
afterAll(() => world.stop());

/** A member with a repost on the own channel that failed, and one that is open, both of somebody else's track. */
const planned = async () => {
  const network = await world.network(2);
  await world.plan(network);
  await world.sendAll();
  const [member] = network.members;
  const [first] = await world.schedulesOf(network);
  await receivePlannerEvent(network.org.ctx, {
    type: "schedule.failed",
    timestamp: world.clock.now().toISOString(),
    data: { schedule_id: first!.ip_schedule_id, target_user_id: first!.target_user_id, error: { code: "x", message: `about ${member!.soundcloud_handle}` } },
  });
  await world.drain(applyPlannerEventWorker);
  return { network, member: member! };
};

describe("what is planned on a member's channel", () => {
  it("is in the member's export, with the connection", async () => {
    const { network, member } = await planned();
    const sections = new Map(personSections(network.org.ctx, member));
    expect(await Array.fromAsync(sections.get("schedules")!)).toMatchObject([{ status: "failed", target_handle: member.soundcloud_handle }]);
    expect(await Array.fromAsync(sections.get("connections")!)).toMatchObject([{ account_handle: member.soundcloud_handle, error_count: 1 }]);
  });

  it("loses the channel when the member is erased, and counts on", async () => {
    const { network, member } = await planned();
    const { org } = network;
    await orderErasure(org.ctx, member.id);
    expect(await Connection.find(org.ctx, { org_id: org.org_id, member_id: member.id, platform: "soundcloud" }, { consistent: true })).toBeUndefined();
    await world.drain(erasePersonWorker);
    const [gone, other] = await world.schedulesOf(network);
    expect(gone).toMatchObject({ status: "failed", target_handle: `erased-${gone!.id}` });
    expect(other).toMatchObject({ status: "scheduled", target_handle: network.members[1]!.soundcloud_handle });
    expect(gone!.error_message).toBeUndefined();
    const { items } = await Schedule.history(org.ctx, { org_id: org.org_id, id: gone!.id }, { limit: 10 });
    expect(items.map(({ to, reason }) => [to, reason])).toEqual([
      ["scheduled", undefined],
      ["failed", undefined],
    ]);
  });
});

it("what is planned for an erased member's track is cancelled and loses its address", async () => {
  const network = await world.network(1);
  const artist = await network.org.member({ credits: 3 });
  const submission = await network.org.submission({ member_id: artist.id, status: "approved", artist: `erased-${network.org.org_id}` });
  const own = { ...network, submission };
  await world.plan(own);
  await world.sendAll();
  await orderErasure(network.org.ctx, artist.id);
  await world.drain(erasePersonWorker);
  expect(await world.schedulesOf(own)).toMatchObject([{ status: "cancelled", track_url: ERASED_TRACK_URL }]);
});
