import { expect, it } from "vitest";
import { makeActivity } from "../../../infra/local/activity.ts";

it("an activity tells of each end once, and counts what runs and what began", async () => {
  const activity = makeActivity();
  let told = 0;
  activity.ended(() => (told += 1));
  const done = activity.begin();
  expect([activity.running(), activity.begun(), told]).toEqual([1, 1, 0]);
  done();
  done();
  expect([activity.running(), activity.begun(), told]).toEqual([0, 1, 1]);
  await expect(activity.follow(Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect([activity.running(), activity.begun(), told]).toEqual([0, 2, 2]);
});
