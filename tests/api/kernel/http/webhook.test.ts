import { beforeEach, describe, expect, it } from "vitest";
import { signed } from "../../../support/signed.ts";
import { type HttpPlace, ORG_A, ORG_B, PUBLIC_ORG, httpPlace, signal } from "./place.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEXT = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const PATH = `/hall/webhooks/radio/${ORG_A}`;

let place: HttpPlace;
beforeEach(async () => {
  place = await httpPlace();
  place.script.secrets = [SECRET];
});

interface Sent {
  readonly path?: string;
  readonly id?: string;
  readonly secrets?: string | readonly string[];
  /** Seconds from now. */
  readonly late?: number;
  readonly raw?: string;
  readonly headers?: Record<string, string>;
}
const say = (title: string, { path = PATH, id = `msg_${title}`, secrets = SECRET, late = 0, raw = JSON.stringify({ title }), headers }: Sent = {}) =>
  place.client.request("POST", path, undefined, {
    raw,
    headers: { ...signed(secrets, raw, { id, at: new Date(place.clock.now().getTime() + late * 1000) }), ...headers },
  });
const titles = async (org_id = ORG_A): Promise<string[]> => (await place.songsOf(org_id)).map(({ title }) => title);
const answered = ({ status, problem }: { status: number; problem?: { code: string } }) => [status, problem?.code];
const refused = [401, "bad_signature"];

describe("a message that its sender signed", () => {
  it("is carried out as that sender, in the org of the path, and answered without a body", async () => {
    const reply = await say("first");
    expect([reply.status, reply.body]).toEqual([204, undefined]);
    const [song] = await place.songsOf();
    expect(song).toMatchObject({ title: "first", secret_note: `msg_first ${place.clock.now().toISOString().slice(0, 19)}.000Z service all` });
  });

  it("is carried out once, and each delivery is answered alike", async () => {
    const replies = [];
    for (const late of [0, 5, -200]) replies.push(await say("again", { late }));
    const shown = replies.map(({ status, headers, body }) => ({ status, body, headers: { ...headers, "x-request-id": "" } }));
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
    expect(await titles()).toEqual(["again"]);
  });

  it("is carried out once when two deliveries come at the same moment", async () => {
    const both = signal();
    let waiting = 0;
    place.script.beforeCommit = async () => {
      waiting += 1;
      if (waiting === 2) both.resolve();
      await both.promise;
    };
    const replies = await Promise.all([say("twice"), say("twice")]);
    expect(replies.map(({ status }) => status)).toEqual([204, 204]);
    expect(await titles()).toEqual(["twice"]);
  });

  it("is not taken for received when its effect failed, and comes again", async () => {
    place.script.beforeCommit = async () => {
      throw new Error("the power went off");
    };
    expect((await say("later")).status).toBe(500);
    delete place.script.beforeCommit;
    expect((await say("later")).status).toBe(204);
    expect(await titles()).toEqual(["later"]);
  });

  it("may be signed with any of the secrets while one is replaced, beside signatures of other versions", async () => {
    place.script.secrets = [NEXT, SECRET];
    expect((await say("old")).status).toBe(204);
    expect((await say("new", { secrets: NEXT })).status).toBe(204);
    expect((await say("both", { secrets: [SECRET, NEXT] })).status).toBe(204);
    place.script.secrets = [NEXT];
    expect(answered(await say("retired"))).toEqual(refused);
    const raw = JSON.stringify({ title: "mixed" });
    const good = signed(NEXT, raw, { id: "msg_mixed", at: place.clock.now() })["webhook-signature"]!;
    expect((await say("mixed", { headers: { "webhook-signature": `v1,AAAA v2,x ${good} v1,BBBB` } })).status).toBe(204);
    expect(await titles()).toEqual(["old", "new", "both", "mixed"]);
  });

  it("may be five minutes from now, and no second more", async () => {
    for (const late of [300, -300]) expect((await say(`at ${late}`, { id: `msg_${late}`, late })).status).toBe(204);
    for (const late of [301, -301]) expect(answered(await say(`at ${late}`, { id: `msg_${late}`, late }))).toEqual(refused);
  });

  it("has its bytes signed, not their meaning: letters beyond ASCII and spaces count", async () => {
    expect((await say("x", { raw: `{ "title": "café 🎧" }` })).status).toBe(204);
    expect(await titles()).toEqual(["café 🎧"]);
  });

  it("uses the headers of Svix where the sender does, and a secret of the deployment", async () => {
    const raw = JSON.stringify({ title: "svix" });
    const headers = signed(SECRET, raw, { id: "msg_1", at: place.clock.now(), prefix: "svix" });
    const post = (given: Record<string, string>) => place.client.request("POST", "/hall/webhooks/svix", undefined, { raw, headers: given });
    expect((await post(headers)).status).toBe(204);
    expect((await post(headers)).status).toBe(204);
    expect(answered(await post(signed(SECRET, raw, { id: "msg_2", at: place.clock.now() })))).toEqual(refused);
    expect(await titles(PUBLIC_ORG)).toEqual(["svix"]);
  });
});

describe("a message that is refused", () => {
  const raw = JSON.stringify({ title: "forged" });
  it.each<[name: string, headers: Record<string, string>]>([
    ["without an id", { "webhook-id": "" }],
    ["with a point in its id", { "webhook-id": "msg.1" }],
    ["without a time", { "webhook-timestamp": "" }],
    ["with a time that is no number", { "webhook-timestamp": "hello" }],
    ["without a signature", { "webhook-signature": "" }],
    ["with a signature cut short", { "webhook-signature": "v1,g0hM9SsE+OTPJTGt" }],
    ["with a signature of nobody", { "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" }],
    ["under another id than was signed", { "webhook-id": "msg_other" }],
  ])("%s", async (_, headers) => {
    expect(answered(await say("forged", { raw, headers }))).toEqual(refused);
    expect(await titles()).toEqual([]);
  });

  it("with a byte changed on the way", async () => {
    const headers = signed(SECRET, raw, { id: "msg_1", at: place.clock.now() });
    expect(answered(await say("x", { raw: raw.replace("forged", "forgeD"), headers }))).toEqual(refused);
  });

  it("to an org that holds no secret, that does not exist, or that is no org at all", async () => {
    for (const org of [ORG_B, PUBLIC_ORG, "nonsense"]) expect(answered(await say("forged", { path: `/hall/webhooks/radio/${org}` }))).toEqual(refused);
  });

  it("with a session instead of a signature", async () => {
    expect(answered(await place.as("editor").request("POST", PATH, undefined, { raw }))).toEqual(refused);
  });

  it("for its form only once it is known whose it is", async () => {
    expect(answered(await say("x", { raw: "{" }))).toEqual([400, "malformed_json"]);
    expect(answered(await say("x", { raw: "{}" }))).toEqual([400, "invalid_request"]);
    expect(answered(await say("x", { raw: "{}", secrets: NEXT }))).toEqual(refused);
  });

  it("for its length before anything is computed over it", async () => {
    expect(answered(await say("x", { raw: JSON.stringify({ title: "x".repeat(20_000) }) }))).toEqual([413, "body_too_large"]);
  });

  it("when its bytes are no text", async () => {
    const bytes = Buffer.concat([Buffer.from(`{"title":"`), Buffer.from([0xff]), Buffer.from(`"}`)]);
    place.gateway.alter = (event) => ({ ...event, body: bytes.toString("base64"), isBase64Encoded: true });
    expect(answered(await say("x", { raw: bytes.toString("utf8") }))).toEqual(refused);
  });
});

it("accepts the official vector of Standard Webhooks", async () => {
  place.clock.set("2021-02-25T15:02:10.000Z");
  const reply = await place.client.request("POST", PATH, undefined, {
    raw: `{"test": 2432232314}`,
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
  });
  // The signature is good; what is missing is the title.
  expect(answered(reply)).toEqual([400, "invalid_request"]);
});
