import { type IncomingHttpHeaders, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ResendSandbox, startResendSandbox } from "../../../infra/local/sandbox/resend/start.ts";
import { signature } from "../../../infra/local/sandbox/resend/webhooks.ts";
import { control, testClock } from "./support.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("signatures", () => {
  it.each([
    [secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="],
    [
      secret,
      "msg_2ZkTestDelivered0001",
      1795168801,
      '{"type":"email.delivered","created_at":"2026-11-20T10:00:01.000Z","data":{"email_id":"56761188-7520-42d8-8898-ff6fc54ce618","created_at":"2026-11-20T10:00:00.000Z","from":"Artist Spark <ops@example.com>","to":["member@example.com"],"subject":"Queue ready","tags":{"org_id":"org_1","message_key":"queue-assignment_01J"}}}',
      "v1,05reShHsIqx8NOQq4QWZkMLMYrjte8B1yc5vpZyaZRc=",
    ],
    [secret, "msg_utf8_0001", 1795168800, '{"type":"note","text":"café 🎧"}', "v1,VIg4k8/5ckkaxqnX4tu1JDYDiXeD1JW6nBYSjkVU7Dw="],
    [
      "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      "msg_ip_0001",
      1795168800,
      '{"type":"schedule.completed","timestamp":"2026-11-20T10:00:00.000Z","data":{"schedule_id":"80808ba8-c347-45ed-b878-f3f5c802ed2b","target_user_id":"SOUNDCLOUD-USER-1234","proof_url":"https://soundcloud.com/john-doe/reposts"}}',
      "v1,m8Efx90bwJyZrA1R7OwZmiscp/JhX/gB1GefCan4uiU=",
    ],
  ])("vector %#", (key, id, timestamp, body, expected) => {
    expect(signature(key, id, timestamp, body)).toBe(expected);
  });
});

interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe("events about mails", () => {
  const clock = testClock();
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const receiver = async (status: () => number) => {
    const arrivals: Arrival[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        arrivals.push({ headers: request.headers, text });
        response.writeHead(status()).end();
      });
    });
    await new Promise<void>((started) => server.listen(0, "127.0.0.1", started));
    stops.push(() => new Promise((stopped) => (server.close(stopped), server.closeAllConnections())));
    return { arrivals, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks` };
  };

  const sandbox = async (webhook: { url: string; secret: string }): Promise<ResendSandbox> => {
    const started = await startResendSandbox({ now: clock.now, webhook });
    stops.push(started.stop);
    return started;
  };

  const mailTo = (resend: ResendSandbox, to: string) =>
    fetch(`${resend.url}/emails`, {
      method: "POST",
      headers: { authorization: "Bearer re_test" },
      body: JSON.stringify({ from: "ops@example.com", to: [to], subject: "s", html: "<p>h</p>", tags: [{ name: "message_key", value: "m1" }] }),
    });

  it.each([
    ["member@example.com", ["email.sent", "email.delivered"]],
    ["delivered+a@resend.dev", ["email.sent", "email.delivered"]],
    ["Bob <bounced@resend.dev>", ["email.sent", "email.bounced"]],
    ["complained+b@resend.dev", ["email.sent", "email.delivered", "email.complained"]],
    ["suppressed@resend.dev", ["email.suppressed"]],
  ])("%s", async (to, types) => {
    const { arrivals, url } = await receiver(() => 200);
    const resend = await sandbox({ url, secret });
    await mailTo(resend, to);
    await control(resend.url, "POST", "deliveries");
    const events = arrivals.map(({ text }) => JSON.parse(text));
    expect(events.map((event) => event.type)).toEqual(types);
    expect(events[0].data).toMatchObject({ to: [to], tags: { message_key: "m1" } });
    for (const { headers, text } of arrivals) {
      const timestamp = Math.floor(clock.now().getTime() / 1_000);
      expect(headers["svix-timestamp"]).toBe(String(timestamp));
      expect(headers["svix-signature"]).toBe(signature(secret, headers["svix-id"] as string, timestamp, text));
    }
    expect(new Set(arrivals.map(({ headers }) => headers["svix-id"])).size).toBe(types.length);
  });

  it("are repeated on the schedule under the same id, and can be replayed", async () => {
    let status = 500;
    const { arrivals, url } = await receiver(() => status);
    const resend = await sandbox({ url, secret });
    await mailTo(resend, "suppressed@resend.dev");
    const attempts: number[] = [];
    for (const wait of [0, 4_999, 1, 299_999, 1]) {
      clock.advance(wait);
      if (attempts.length === 4) status = 200;
      await control(resend.url, "POST", "deliveries");
      attempts.push(arrivals.length);
    }
    expect(attempts).toEqual([1, 1, 2, 2, 3]);
    const { items } = await control<{ items: { svix_id: string; status: string }[] }>(resend.url, "GET", "deliveries");
    expect(items).toMatchObject([{ status: "delivered" }]);
    await control(resend.url, "POST", `deliveries/${items[0]!.svix_id}/replay`);
    expect(arrivals).toHaveLength(4);
    expect(new Set(arrivals.map(({ headers }) => headers["svix-id"]))).toEqual(new Set([items[0]!.svix_id]));
  });

  it("are given up after eight attempts", async () => {
    const { arrivals, url } = await receiver(() => 500);
    const resend = await sandbox({ url, secret });
    await mailTo(resend, "suppressed@resend.dev");
    for (let i = 0; i < 12; i++) {
      await control(resend.url, "POST", "deliveries");
      clock.advance(10 * 3_600_000);
    }
    expect(arrivals).toHaveLength(8);
    expect(await control(resend.url, "GET", "deliveries")).toMatchObject({ items: [{ status: "failed", attempts: 8 }] });
  });

  it("go to endpoints made over the API, until they are removed", async () => {
    const { arrivals, url } = await receiver(() => 204);
    const resend = await startResendSandbox({ now: clock.now });
    stops.push(resend.stop);
    const headers = { authorization: "Bearer re_test" };
    const body = JSON.stringify({ endpoint: url, events: ["email.suppressed"] });
    const created = await fetch(`${resend.url}/webhooks`, { method: "POST", headers, body });
    const made = (await created.json()) as { id: string; signing_secret: string };
    expect(made).toMatchObject({ object: "webhook", signing_secret: expect.stringMatching(/^whsec_/) });
    await mailTo(resend, "suppressed@resend.dev");
    await control(resend.url, "POST", "deliveries");
    const [arrival] = arrivals;
    const sent = arrival!.headers;
    expect(sent["svix-signature"]).toBe(signature(made.signing_secret, sent["svix-id"] as string, Number(sent["svix-timestamp"]), arrival!.text));
    await fetch(`${resend.url}/webhooks/${made.id}`, { method: "DELETE", headers });
    await mailTo(resend, "suppressed@resend.dev");
    await control(resend.url, "POST", "deliveries");
    expect(arrivals).toHaveLength(1);
  });
});
