import { beforeAll, describe, expect, it } from "vitest";
import { mailApi } from "../../../functions/soundcloud/mail.api.ts";
import { AutomationHealth } from "../../../shared/soundcloud/mail/automation-health.ts";
import { AutomationLog } from "../../../shared/soundcloud/mail/automation-log.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { MailEvent } from "../../../shared/soundcloud/mail/mail-event.ts";
import { soundcloudSystem } from "../../../shared/soundcloud/table.ts";
import { signed } from "../../support/signed.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [mailApi], ports: { resend_secrets: [SECRET] } });
});

const content = { subject: "Hi {{ name }}", body_html: "<p>{{ name }}</p>", body_text: "{{ name }}", variables: { name: "Whom it goes to" } };

describe.each([
  ["/soundcloud/email-templates", { name: "welcome" }, "name_taken", { active: false }],
  ["/soundcloud/automation-templates", { template_key: "welcome", name: "Welcome" }, "template_key_taken", { enabled: false }],
] as const)("%s", (path, names, taken, change) => {
  const made = async (org: SoundcloudOrg) => (await org.admin.api.post(path, { ...names, ...content })).body;

  it("201 for an admin, readable by a moderator who cannot change it; a member sees nothing", async () => {
    const org = await world.org();
    const reply = await org.admin.api.post(path, { ...names, ...content });
    expect(reply).toMatchObject({
      status: 201,
      headers: { location: `${path}/${reply.body.id}` },
      body: { ...names, ...content, ...Object.fromEntries(Object.keys(change).map((k) => [k, true])) },
    });
    const one = `${path}/${reply.body.id}`;
    expect((await org.moderator.api.get(one)).body).toEqual(reply.body);
    expect((await org.moderator.api.get(path)).body.items).toContainEqual(reply.body);
    expect((await org.moderator.api.post(path, { ...names, ...content })).status).toBe(403);
    expect((await org.moderator.api.patch(one, change, { version: 1 })).status).toBe(403);
    expect((await org.moderator.api.delete(one, { version: 1 })).status).toBe(403);
    const { person } = await org.artist();
    for (const address of [path, one]) expect((await person.api.get(address)).status).toBe(403);
    expect((await (await world.org()).admin.api.get(one)).status).toBe(404);
  });

  it("409 for a key that is taken in the org, and free in another", async () => {
    const [org, other] = [await world.org(), await world.org()];
    await made(org);
    expect((await org.admin.api.post(path, { ...names, ...content })).problem).toMatchObject({ status: 409, code: taken });
    expect((await made(other)).id).toBeDefined();
  });

  it("422 with everything that is wrong with a template, when it is made and when it is changed", async () => {
    const org = await world.org();
    const faulty = { subject: "{{ a }}", body_html: "{{ b }}{{ name }}", body_text: "{% include 'x' %}" };
    const pointers = ["/subject", "/body_html", "/body_text"];
    const refused = await org.admin.api.post(path, { ...names, ...content, ...faulty });
    expect([refused.status, refused.problem!.code, refused.problem!.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      "template_invalid",
      pointers,
    ]);
    const { id } = await made(org);
    expect((await org.admin.api.patch(`${path}/${id}`, faulty, { version: 1 })).problem!.errors).toHaveLength(3);
    expect((await org.admin.api.patch(`${path}/${id}`, { variables: {} }, { version: 1 })).problem!.errors).toHaveLength(3);
  });

  it("200 for a change under its version; 204 for a deletion", async () => {
    const org = await world.org();
    const { id } = await made(org);
    const one = `${path}/${id}`;
    expect((await org.admin.api.patch(one, change)).status).toBe(428);
    expect((await org.admin.api.patch(one, change, { version: 1 })).body).toMatchObject({ ...change, version: 2 });
    expect((await org.admin.api.patch(one, change, { version: 1 })).problem).toMatchObject({ status: 412, current_version: 2 });
    const without = (await org.admin.api.patch(one, { body_text: null }, { version: 2 })).body;
    expect(without).not.toHaveProperty("body_text");
    expect((await org.admin.api.delete(one, { version: 2 })).status).toBe(412);
    expect((await org.admin.api.delete(one, { version: 3 })).status).toBe(204);
    expect((await org.admin.api.get(one)).status).toBe(404);
    expect((await made(org)).id).not.toBe(id);
  });

  it("previews the mail as it would be, and lists what is missing or too much", async () => {
    const org = await world.org();
    const { id } = await made(org);
    const preview = (variables: object) => org.moderator.api.post(`${path}/${id}/preview`, { variables });
    expect((await preview({ name: "A & B" })).body).toEqual({ subject: "Hi A & B", html: "<p>A &amp; B</p>", text: "A & B" });
    expect((await preview({})).problem).toMatchObject({ status: 422, code: "missing_variables", errors: [{ pointer: "/variables/name" }] });
    const extra = (await preview({ name: "A", b: 1, c: true })).problem!;
    expect([extra.code, extra.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual(["unknown_variables", ["/variables/b", "/variables/c"]]);
    expect((await preview({ "{{": "A" })).status).toBe(400);
  });
});

describe("the automations of a new org", () => {
  it("are the four that the network knows, each fit to be sent, with the health of four", async () => {
    const org = await world.org();
    const { items } = (await org.moderator.api.get("/soundcloud/automation-templates")).body;
    const keys = items.map(({ template_key }: { template_key: string }) => template_key).toSorted();
    expect(keys).toEqual(["campaign_tracking", "reconnect_prompt", "tier_promotion", "weekly_performance_digest"]);
    for (const { id, variables } of items) {
      const values = Object.fromEntries(Object.keys(variables).map((name) => [name, `<${name}>`]));
      const { status, body } = await org.moderator.api.post(`/soundcloud/automation-templates/${id}/preview`, { variables: values });
      expect([status, body.html.includes("{{"), body.html.includes("&lt;recipient_name&gt;"), body.text.includes("<recipient_name>")]).toEqual([
        200,
        false,
        true,
        true,
      ]);
    }
    const health = (await org.moderator.api.get("/soundcloud/automation-health")).body.items;
    expect(health.map(({ automation_name, status, total_runs }: AutomationHealth) => [automation_name, status, total_runs])).toEqual([
      ["inquiry-status-emails", "healthy", 0],
      ["notification-emails", "healthy", 0],
      ["queue-assignment-emails", "healthy", 0],
      ["submission-status-emails", "healthy", 0],
    ]);
    expect(health[0]).not.toHaveProperty("last_run_at");
  });

  it("422 for a variable that not all triggers give", async () => {
    const body = {
      ...content,
      template_key: "both",
      name: "Both",
      trigger_events: ["submission-approved", "submission-rejected"],
      variables: { name: "", reason: "", track_title: "" },
    };
    const { problem } = await world.admin.api.post("/soundcloud/automation-templates", body);
    expect(problem!.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ["/variables/name", "not_provided"],
      ["/variables/reason", "not_provided"],
    ]);
    expect((await world.admin.api.post("/soundcloud/automation-templates", { ...body, trigger_events: ["no-such"] })).status).toBe(400);
  });
});

describe("PATCH /soundcloud/automation-health/{automation_health_id}", () => {
  const pathIn = async (org: SoundcloudOrg): Promise<string> => {
    const { id } = await AutomationHealth.get(org.ctx, { org_id: org.org_id, automation_name: "notification-emails" });
    return `/soundcloud/automation-health/${id}`;
  };
  it("switches an automation off and on, for admins", async () => {
    const org = await world.org();
    const path = await pathIn(org);
    expect((await org.moderator.api.patch(path, { enabled: false }, { version: 1 })).status).toBe(403);
    expect((await org.admin.api.patch(path, { enabled: false }, { version: 1 })).body).toMatchObject({ enabled: false, status: "disabled" });
    expect((await org.admin.api.patch(path, { enabled: true }, { version: 2 })).body).toMatchObject({ enabled: true, status: "healthy" });
    expect((await org.admin.api.patch(await pathIn(await world.org()), { enabled: true }, { version: 1 })).status).toBe(404);
  });
  it("shows a warning after two intervals without a run, which nothing wrote", async () => {
    const org = await world.org();
    await AutomationHealth.patch(org.ctx, { org_id: org.org_id, automation_name: "notification-emails" }, { last_run_at: "2026-11-01T00:00:00.000Z" });
    const { items } = (await org.admin.api.get("/soundcloud/automation-health")).body;
    expect(items.map(({ status }: AutomationHealth) => status)).toEqual(["healthy", "warning", "healthy", "healthy"]);
  });
});

describe("the logs of mails", () => {
  const logged = async (org: SoundcloudOrg, n: number, more: object = {}) => {
    const id = org.ctx.ids.uuid();
    const object = org.ctx.ids.uuid();
    const both = { org_id: org.org_id, id, logged_at: `2026-11-20T09:0${n}:00.000Z`, recipient_email: `r${n}@example.com` };
    await EmailLog.create(org.ctx, { ...both, template_name: "t", related_object_type: "member", related_object_id: object, ...more });
    await AutomationLog.create(org.ctx, { ...both, template_key: "t", parent_type: "member", parent_id: object, recipient_member_id: object });
    await MailEvent.create(org.ctx, {
      org_id: org.org_id,
      id,
      message_id: `m${n}`,
      event_type: "sent",
      timestamp: both.logged_at,
      object_type: "member",
      object_id: object,
    });
    return { id, object };
  };
  const idsIn = (reply: { body: any }): string[] => reply.body.items.map(({ id }: { id: string }) => id);

  it("are listed the latest first, by recipient, object and status, for ops", async () => {
    const org = await world.org();
    const [first, second] = [await logged(org, 1), await logged(org, 2, { status: "delivered" })];
    const get = (path: string, query: Record<string, string> = {}) => org.moderator.api.get(`/soundcloud/${path}`, { query });
    expect(idsIn(await get("email-logs"))).toEqual([second.id, first.id]);
    expect(idsIn(await get("email-logs", { recipient_email: "R1@example.com" }))).toEqual([first.id]);
    expect(idsIn(await get("email-logs", { related_object_id: second.object }))).toEqual([second.id]);
    expect(idsIn(await get("email-logs", { status: "delivered" }))).toEqual([second.id]);
    expect((await get("email-logs", { status: "delivered", recipient_email: "r1@example.com" })).status).toBe(400);
    expect((await get(`email-logs/${first.id}`)).body).toMatchObject({ id: first.id, status: "pending" });
    expect(idsIn(await get("automation-logs"))).toEqual([second.id, first.id]);
    expect(idsIn(await get("automation-logs", { recipient_member_id: first.object }))).toEqual([first.id]);
    expect(idsIn(await get("automation-logs", { parent_id: second.object }))).toEqual([second.id]);
    expect(idsIn(await get("automation-logs", { mail_status: "pending" }))).toEqual([second.id, first.id]);
    expect((await get("automation-logs")).body.items[0]).not.toHaveProperty("status");
    expect(idsIn(await get("mail-events", { message_id: "m1" }))).toEqual([first.id]);
    expect(idsIn(await get("mail-events", { object_id: second.object }))).toEqual([second.id]);
    expect(idsIn(await get("mail-events"))).toEqual([second.id, first.id]);
    expect((await get("mail-events", { message_id: "m1", object_id: first.object })).status).toBe(400);
  });

  it("403 for a member, also about the own mails; 404 from another org", async () => {
    const org = await world.org();
    const { id } = await logged(org, 1);
    const { person } = await org.artist();
    for (const path of ["email-logs", `email-logs/${id}`, "automation-logs", "automation-health"])
      expect((await person.api.get(`/soundcloud/${path}`)).status).toBe(403);
    expect((await person.api.get("/soundcloud/mail-events", { query: { message_id: "m1" } })).status).toBe(403);
    expect((await (await world.org()).admin.api.get(`/soundcloud/email-logs/${id}`)).status).toBe(404);
  });
});

describe("POST /soundcloud/webhooks/resend", () => {
  const post = (body: object, { id = world.ids.uuid(), secret = SECRET, late_s = 0 } = {}) => {
    const raw = JSON.stringify(body);
    const headers = signed(secret, raw, { id, at: new Date(world.clock.now().getTime() + late_s * 1000), prefix: "svix" });
    return world.client.request("POST", "/soundcloud/webhooks/resend", undefined, { raw, headers });
  };
  const received = async (org: SoundcloudOrg) => (await org.events()).filter(({ type }) => type === "soundcloud.mail-event-received.v1");
  const told = (org_id: string, more: object = {}) => ({
    type: "email.bounced",
    created_at: "2026-11-20T10:00:04.126Z",
    data: {
      email_id: "56761188-7520-42d8-8898-ff6fc54ce618",
      to: ["member@example.com"],
      tags: { org_id, message_key: "0199b1f0-7c00-7000-8000-000000000030" },
      bounce: { type: "Permanent", subType: "General", message: "550 member@example.com unknown" },
      ...more,
    },
  });

  it("204, once into the outbox of the mail's org, without an address", async () => {
    const org = await world.org();
    const replies = [await post(told(org.org_id), { id: "msg_1" }), await post(told(org.org_id), { id: "msg_1", late_s: 60 })];
    expect(replies.map(({ status }) => status)).toEqual([204, 204]);
    const [event, ...more] = await received(org);
    expect([more, event!.data]).toEqual([
      [],
      {
        id: expect.any(String),
        event_type: "bounced",
        at: "2026-11-20T10:00:04.126Z",
        message_id: "56761188-7520-42d8-8898-ff6fc54ce618",
        message_key: "0199b1f0-7c00-7000-8000-000000000030",
        bounce_type: "Permanent",
        bounce_subtype: "General",
      },
    ]);
    expect(JSON.stringify(event)).not.toContain("member@example.com");
  });

  it("401 when it is not signed by the mail service, or long ago, and nothing is kept", async () => {
    const org = await world.org();
    const other = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const replies = [
      await post(told(org.org_id), { secret: other }),
      await post(told(org.org_id), { late_s: -301 }),
      await post(told(org.org_id), { late_s: 301 }),
    ];
    expect(replies.map(({ status, problem }) => `${status} ${problem!.code}`)).toEqual(["401 bad_signature", "401 bad_signature", "401 bad_signature"]);
    expect(await received(org)).toEqual([]);
  });

  it("204 and nothing for what is no mail of an org: identity's mails, domains, kinds that come later", async () => {
    const org = await world.org();
    const before = (await soundcloudSystem.Outbox.query.undelivered(org.ctx, {})).items.length;
    const untagged = told(org.org_id, { tags: undefined });
    const domain = { type: "domain.created", created_at: "2026-11-20T10:00:00.000Z", data: { id: "x", name: "example.com" } };
    const strange = { ...told(org.org_id, { tags: { org_id: "not an org" } }), later: { field: true } };
    for (const body of [untagged, domain, strange, { type: "contact.created", created_at: "2026-11-20T10:00:00.000Z" }])
      expect((await post(body)).status).toBe(204);
    expect((await soundcloudSystem.Outbox.query.undelivered(org.ctx, {})).items.length).toBe(before);
  });
});
