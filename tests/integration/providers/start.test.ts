import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSandboxes } from "../../../infra/local/sandbox/start.ts";
import { resendClient } from "../../../shared/mail/resend.client.ts";
import { tiktokClient } from "../../../shared/social/tiktok/tiktok.client.ts";
import { youtubeClient } from "../../../shared/social/youtube/youtube.client.ts";
import { soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { memoryTokens, testClock } from "./support.ts";

it("starts every provider for the real clients, keeps what happened, and starts from it again", async () => {
  const data_dir = mkdtempSync(join(tmpdir(), "sandboxes-"));
  const clock = testClock();
  const tokens = memoryTokens(clock);
  const urns: unknown[] = [];
  for (const round of [1, 2]) {
    const sandboxes = await startSandboxes({ data_dir, now: clock.now });
    const { soundcloud_url: api_url, soundcloud_auth_url: auth_url, resend_url } = sandboxes;
    const soundcloud = soundCloudClient({ api_url, auth_url, client_id: "app", client_secret: "secret", tokens, clock });
    const user = await soundcloud.userByUrl("https://soundcloud.com/jane");
    urns.push(user.kind === "ok" ? user.value.urn : user);
    const mail = { from: "ops@example.com", to: "a@example.com", subject: `Round ${round}`, html: "<p>h</p>", text: "h" };
    await resendClient({ api_url: resend_url, api_key: "re_test", clock }).send(mail, `round/${round}`);
    expect((await sandboxes.mails()).map(({ subject }) => subject)).toEqual(["Round 2", "Round 1"].slice(2 - round));
    const followers = await tiktokClient({ api_url: sandboxes.tiktok_url, clock }).followers({ org_id: "one", open_id: "gym", access_token: "act.gym" });
    expect(followers).toEqual({ kind: "ok", value: 5_000 });
    expect(
      await youtubeClient({ api_url: sandboxes.youtube_url, auth_url: sandboxes.youtube_auth_url, clock }).followers({
        org_id: "one",
        channel_id: "UC1",
        access_token: "ya29",
      }),
    ).toEqual({
      kind: "ok",
      value: 2_000,
    });
    await sandboxes.stop();
  }
  expect(urns[1]).toBe(urns[0]);
  expect(urns[0]).toMatch(/^soundcloud:users:\d+$/);
  expect(readdirSync(data_dir).toSorted()).toEqual(["resend.json", "soundcloud.json", "youtube.json"]);
  rmSync(data_dir, { recursive: true });
});
