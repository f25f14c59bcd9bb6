import { beforeAll, expect, it } from "vitest";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import { erasePersonWorker } from "../../../functions/social/erase-person.worker.ts";
import { processImportWorker } from "../../../functions/social/process-import.worker.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { orderErasure } from "../../../shared/social/erasure/order-erasure.ts";
import { PersonErasure } from "../../../shared/social/erasure/person-erasure.ts";
import { SocialImport } from "../../../shared/social/import/import.ts";
import { somebody } from "../../support/audience.ts";
import type { SocialOrg } from "../../support/social.ts";
import { uploadStore } from "../soundcloud/import-world.ts";
import { type ImportsWorld, csvOf, importsWorld, likeAt } from "./imports-world.ts";

const store = uploadStore();
let world: ImportsWorld;
beforeAll(async () => {
  world = await importsWorld(store());
});

/** Where an import is, why it failed, and whether its file is there. */
const standing = async ({ ctx, org_id }: SocialOrg, id: string) => {
  const { status, errors, upload_key } = await SocialImport.get(ctx, { org_id, id }, { consistent: true });
  return [status, errors.map(({ code }) => code), (await world.files.head(upload_key)) !== undefined];
};

it("an erasure fails imports that were announced before and are not read to their end, removes their files, and clears what one had sent", async () => {
  const org = await world.org();
  const post = await org.post({ status: "published" });
  const who = somebody("gone");
  const likes = (from: number, count: number) =>
    csvOf(Array.from({ length: count }, (_, n) => likeAt(post.id, from + n, { platform_user_id: who.platform_user_id })));
  const completed = (await world.run(org, likes(0, 1))).id;
  const announced = await world.upload(org, likes(1000, 1));
  const failed = (await world.run(org, "colour\nred\n")).id;
  const partly = await world.upload(org, likes(2000, 120));
  await world.start(org, partly);
  await world.deliver(processImportWorker, [world.command(org, partly)], { remaining_ms: 10_000 });
  world.clock.advance(1000);
  const { id } = await orderErasure(org.owner.ctx, who);
  world.clock.advance(1000);
  const later = await world.upload(org, likes(3000, 1));

  const message = org.message(ErasePerson, { person_erasure_id: id });
  expect(await world.deliver(erasePersonWorker, [message])).toBe(0);
  const erasure = () => PersonErasure.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
  expect(await erasure()).toMatchObject({ status: "pending", platform_user_id: who.platform_user_id });
  expect(world.sent.filter(({ envelope }) => envelope.type === ErasePerson.type).map(({ delay_s }) => delay_s)).toEqual([300]);
  for (const withdrawn of [announced, failed, partly]) expect(await standing(org, withdrawn)).toEqual(["failed", ["person_erased"], false]);
  expect(await standing(org, completed)).toEqual(["completed", [], false]);
  expect(await standing(org, later)).toEqual(["pending", [], true]);

  // What was handed on of the half-read file finds it failed; what it had sent is counted, and then cleared.
  await world.drain(processImportWorker);
  await world.settle();
  const events = async () => (await EngagementEvent.list(org.ctx, { org_id: org.org_id, month: "2026-11", post_id: post.id }, { limit: 200 })).items;
  expect((await events()).filter(({ platform_user_id }) => platform_user_id === who.platform_user_id).length).toBe(98);
  await world.drain(erasePersonWorker);
  expect(await erasure()).toMatchObject({ status: "completed", events: 98 });
  expect((await events()).map(({ platform_user_id }) => platform_user_id)).toEqual(Array.from({ length: 98 }));
  expect(await standing(org, later)).toEqual(["pending", [], true]);
  await world.start(org, later);
  await world.drain(processImportWorker);
  expect(await standing(org, later)).toEqual(["completed", [], false]);
});
