import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SendMail } from "../../../events/identity/send-mail.v1.ts";
import type { DataOf } from "../../../events/envelope.ts";
import { OneTimeToken } from "../../../shared/identity/mail/one-time-token.ts";
import { ok, permanent, retryLater, unknownOutcome } from "../../../shared/kernel/outcome.ts";
import { type IdentityCloud, identityCloud } from "../../api/identity/identity-cloud.ts";

let cloud: IdentityCloud;
let address: string;
let round = 0;
beforeAll(async () => {
  cloud = await identityCloud();
});
beforeEach(async () => {
  cloud.mailService.answer = () => ok({});
  address = `${++round}.ada@example.com`;
  await cloud.someone(address);
});

const order = (data: DataOf<typeof SendMail>, id = cloud.ctx.ids.uuid()) =>
  JSON.stringify({ id, type: SendMail.type, org_id: "00000000-0000-0000-0000-000000000000", at: cloud.clock.now().toISOString(), data });
const reset = (email = address, id?: string) => order({ template: "reset_password", email }, id);
const mailsTo = (email: string) => cloud.mails.filter(({ to, subject }) => to === email && subject === "Choose a new password");

describe("identity.send-mail.v1", () => {
  it("delivered twice, also at once, sends one mail with one token", async () => {
    const body = reset();
    expect(await cloud.handOver([body, body])).toBe(0);
    expect(await cloud.handOver([body])).toBe(0);
    expect(mailsTo(address).length).toBe(1);
  });

  it("after a lost answer the repetition sends the very same mail under the same key, and its token works", async () => {
    const id = cloud.ctx.ids.uuid();
    const sent: unknown[] = [];
    cloud.mailService.answer = () => unknownOutcome("timeout");
    expect(await cloud.handOver([reset(address, id)])).toBe(1);
    const waiting = await OneTimeToken.get(cloud.ctx, { id });
    expect(waiting.sealed).toMatch(/^v1\./);
    cloud.mailService.answer = () => {
      sent.push(true);
      return ok({});
    };
    expect(await cloud.handOver([reset(address, id)])).toBe(0);
    expect(sent.length).toBe(1);
    expect(mailsTo(address).map(({ key }) => key)).toEqual([id]);
    expect((await OneTimeToken.get(cloud.ctx, { id })).sealed).toBeUndefined();
    const reply = await cloud.client.post("/identity/auth/reset-password", { token: cloud.tokenTo(address), password: "a different passphrase" });
    expect(reply.status).toBe(204);
  });

  it.each([retryLater(1000, "busy"), permanent("validation_error", "no such domain"), permanent("invalid_api_key", "renewed"), unknownOutcome("timeout")])(
    "reports the order as failed on %o, so that it is repeated and in the end kept; its neighbour is sent",
    async (failure) => {
      const neighbour = (await cloud.someone(`${round}.neighbour@example.com`)).email;
      let first = true;
      cloud.mailService.answer = () => (first ? ((first = false), failure) : ok({}));
      expect(await cloud.handOver([reset(), reset(neighbour)])).toBe(1);
      expect([...mailsTo(address), ...mailsTo(neighbour)].length).toBe(1);
    },
  );

  it("takes a key that the service knows with another text for a mail that went out", async () => {
    cloud.mailService.answer = () => permanent("invalid_idempotent_request", "other body");
    expect(await cloud.handOver([reset()])).toBe(0);
  });

  it("sends nothing where the reason is gone: unknown address, verified already, erased", async () => {
    const before = cloud.mails.length;
    const { user_id, api } = await cloud.someone(`${round}.gone@example.com`);
    const sent = cloud.mails.length;
    expect(await cloud.handOver([reset("nobody@example.com"), order({ template: "verify_email", user_id })])).toBe(0);
    await api.delete("/identity/users/me", { version: (await api.get("/identity/users/me")).body.version });
    expect(await cloud.handOver([order({ template: "account_exists", user_id })])).toBe(0);
    expect(cloud.mails.length).toBe(sent);
    expect(sent).toBe(before + 1);
  });

  it("refuses what breaks the contract and does its neighbours", async () => {
    const broken = ["not json", "{}", JSON.stringify({ ...JSON.parse(reset()), data: { template: "reset_password", email: address, token: "x" } })];
    expect(await cloud.handOver([...broken, reset()])).toBe(3);
    expect(mailsTo(address).length).toBe(1);
  });

  it("logs no address and no token", () => {
    expect(JSON.stringify(cloud.log.lines)).not.toMatch(/@example|gst_/);
  });
});
