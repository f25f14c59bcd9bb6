import { beforeAll, describe, expect, it } from "vitest";
import { ApiKey } from "../../../shared/identity/api-key/api-key.ts";
import { authenticate } from "../../../shared/identity/authenticate.ts";
import { Invitation } from "../../../shared/identity/invitation/invitation.ts";
import { Membership } from "../../../shared/identity/membership/membership.ts";
import { Org } from "../../../shared/identity/org/org.ts";
import { emitFor } from "../../../shared/identity/emit-for.ts";
import { Session } from "../../../shared/identity/session/session.ts";
import { issueTokens } from "../../../shared/identity/session/tokens.ts";
import { Outbox, identity } from "../../../shared/identity/table.ts";
import { MembershipRemoved } from "../../../events/identity/membership-removed.v1.ts";
import { newToken, sha256 } from "../../../shared/kernel/crypto/tokens.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { type Budgets, budgets } from "../../support/budgets.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../support/dynamo.ts";

let measure: Budgets;
let ctx: TestCtx;
let org_id: string;
let user_id: string;
beforeAll(async () => {
  measure = budgets(testDatabase({ tables: { identity: await makeTable(identity) } }));
  ctx = testCtx({ db: measure.db });
  [org_id, user_id] = [ctx.ids.uuid(), ctx.ids.uuid()];
});

const later = "2027-01-01T00:00:00.000Z";

describe("access patterns of identity", () => {
  it("Membership.list and Membership.byUser read exactly the org's members and the person's orgs", async () => {
    for (let n = 0; n < 3; n++) await Membership.create(ctx, { org_id, user_id: ctx.ids.uuid() });
    for (let n = 0; n < 2; n++) await Membership.create(ctx, { org_id: ctx.ids.uuid(), user_id });
    await measure.within("Membership.list", () => Membership.list(ctx, { org_id }), { index: "table", items: 3 });
    await measure.within("Membership.byUser", () => Membership.query.byUser(ctx, { user_id }), { index: "gsi1", items: 2 });
  });

  it("Invitation.list, byEmail and by.pending", async () => {
    const email = "ada@example.com";
    await Invitation.create(ctx, { org_id, email, pending_email: email, invited_by: user_id, expires_at: later });
    await Invitation.create(ctx, { org_id: ctx.ids.uuid(), email, pending_email: email, invited_by: user_id, expires_at: later });
    await measure.within("Invitation.list", () => Invitation.list(ctx, { org_id }), { index: "table", items: 1 });
    await measure.within("Invitation.byEmail", () => Invitation.query.byEmail(ctx, { email }), { index: "gsi1", items: 2 });
    await measure.within("Invitation.by.pending", () => Invitation.by.pending(ctx, { org_id, pending_email: email }), {
      index: "table",
      items: 2,
      requests: 2,
    });
  });

  it("ApiKey.list and Session.list", async () => {
    await ApiKey.create(ctx, { org_id, name: "machine", roles: {}, secret_hash: sha256("x"), last_four: "abcd", created_by: user_id });
    await Session.create(ctx, { user_id, ...issueTokens(ctx, user_id, ctx.ids.uuid()).stored, ip: "", user_agent: "" });
    await measure.within("ApiKey.list", () => ApiKey.list(ctx, { org_id }), { index: "table", items: 1 });
    await measure.within("Session.list", () => Session.list(ctx, { user_id }), { index: "table", items: 1 });
  });

  it("Outbox.undelivered reads the four shards", async () => {
    await transact(ctx, identity, emitFor(ctx, org_id, MembershipRemoved, { user_id }), { pattern: "test" });
    await measure.within("Outbox.undelivered", () => Outbox.query.undelivered(ctx, {}), { index: "gsi4", items: 1, requests: 4 });
  });

  it("every declared pattern was met", () => {
    expect(measure.unmet(identity)).toEqual([]);
  });
});

describe("authenticate", () => {
  it("costs one strongly consistent request: two units for a session and its membership, two for an API key and its org", async () => {
    const id = ctx.ids.uuid();
    const { tokens, stored } = issueTokens(ctx, user_id, id);
    await Session.create(ctx, { user_id, id, ...stored, ip: "", user_agent: "" });
    await Membership.create(ctx, { org_id, user_id, roles: { soundcloud: ["admin"] } });
    const who = await measure.within("Authenticate.session", () => authenticate(ctx, tokens.access_token, org_id), { items: 2, read: 2 });
    expect(who).toEqual({ actor: { kind: "user", user_id, session_id: id, roles: { soundcloud: ["admin"] }, org_role: "member" }, org_id });

    const org = await Org.create(ctx, { name: "Night Shift" });
    const key_id = ctx.ids.uuid();
    const secret = newToken(ctx.ids, "gsk_", org.id, key_id);
    await ApiKey.create(ctx, { org_id: org.id, id: key_id, name: "machine", roles: {}, secret_hash: sha256(secret), last_four: "abcd", created_by: user_id });
    const machine = await measure.within("Authenticate.apiKey", () => authenticate(ctx, secret, undefined), { items: 2, read: 2 });
    expect(machine).toEqual({ actor: { kind: "api_key", api_key_id: key_id, roles: {} }, org_id: org.id });
  });

  it("asks again for keys that DynamoDB leaves unprocessed, and fails closed when it does not answer", async () => {
    const id = ctx.ids.uuid();
    const { tokens, stored } = issueTokens(ctx, user_id, id);
    await Session.create(ctx, { user_id, id, ...stored, ip: "", user_agent: "" });
    let asked = 0;
    const sparing = {
      ...ctx.db,
      send: async (op: any, pattern: string, input: any) => {
        asked += 1;
        const [[table, { Keys }]] = Object.entries<{ Keys: unknown[] }>(input.RequestItems) as [[string, { Keys: unknown[] }]];
        if (asked === 1) return { Responses: {}, UnprocessedKeys: { [table]: { Keys } } };
        return ctx.db.send(op, pattern, input);
      },
    };
    expect(await authenticate({ ...ctx, db: sparing }, tokens.access_token, undefined)).toMatchObject({ actor: { user_id } });
    expect(asked).toBe(2);
    const down = { ...ctx.db, send: () => Promise.reject(new Error("no answer")) };
    await expect(authenticate({ ...ctx, db: down }, tokens.access_token, undefined)).rejects.toThrow("no answer");
  });
});
