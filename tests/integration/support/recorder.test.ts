import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { PublishPost } from "../../../events/social/publish-post.v1.ts";
import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import { OneTimeToken } from "../../../shared/identity/mail/one-time-token.ts";
import { Membership } from "../../../shared/identity/membership/membership.ts";
import { createOrg } from "../../../shared/identity/org/create-org.ts";
import { Org } from "../../../shared/identity/org/org.ts";
import { Session } from "../../../shared/identity/session/session.ts";
import { identity } from "../../../shared/identity/table.ts";
import { Credential } from "../../../shared/identity/user/credential.ts";
import { User } from "../../../shared/identity/user/user.ts";
import { type Job, type JobCtx, jobCtx } from "../../../shared/kernel/job.ts";
import type { Commands } from "../../../shared/kernel/queue/commands.ts";
import { worker } from "../../../shared/kernel/queue/worker.ts";
import { schedule } from "../../../shared/kernel/schedule/schedule.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { Post } from "../../../shared/social/post/post.ts";
import { orderDuePosts } from "../../../shared/social/publishing/order-due-posts.ts";
import { Settings } from "../../../shared/social/settings/settings.ts";
import { social } from "../../../shared/social/table.ts";
import { dynamoClient } from "../../support/dynamo.ts";
import { actAs, actingFor, actingOn } from "../../support/recorder/acting.ts";
import { recordedHandler } from "../../support/recorder/dynamo-calls.ts";
import { OF_THE_PERSON, judgeOf } from "../../support/recorder/judged-keys.ts";
import { recordedDuring } from "../../support/recorder/records.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

const judge = judgeOf([identity, social]);
let world: SocialWorld;
let other: Awaited<ReturnType<SocialWorld["org"]>>;
beforeAll(async () => {
  world = await socialWorld();
  other = await world.org();
});

/** What the recorder would hold against the work, and on what grounds it lets the rest pass. */
const judged = async (work: () => Promise<unknown>): Promise<{ strays: string[]; grounds: string[] }> => {
  const verdicts = (await recordedDuring(work)).map(judge);
  const grounds = new Set(verdicts.map(({ as }) => as));
  return { strays: verdicts.flatMap(({ as, name }) => (as === "stray" ? [name] : [])), grounds: [...grounds].toSorted() };
};

describe("a schedule", () => {
  const tick = (run: (ctx: JobCtx & { readonly commands: Commands }, at: Date) => Promise<unknown>) => () =>
    world.tick(schedule("social.publish-due", { ports: { commands: () => world.ctx.commands } }, run), world.clock.now().toISOString());
  const dueOf = (ctx: JobCtx, org_id: string) => Post.query.due(ctx, { org_id, waits_for: "time" }, { limit: 1 });
  const listed = (ctx: JobCtx) => Settings.query.allOrgs(ctx, {}, {});

  it("may reach the orgs that the list names which it has read", async () => {
    await world.post({ status: "scheduled", due_at: world.clock.now().toISOString() });
    expect(await judged(tick(orderDuePosts))).toEqual({ strays: [], grounds: ["global", "listed"] });
  });
  it("is found when it reaches an org before a list has named it", async () => {
    const { strays } = await judged(tick((ctx) => dueOf(ctx, world.org_id)));
    expect(strays).toEqual([expect.stringMatching(/^social\.publish-due does dynamodb:Query on index social\/gsi\d with the key \{id\}#/)]);
  });
  it("is found when it reaches an org that the list does not name", async () => {
    const { strays } = await judged(tick(async (ctx) => [await listed(ctx), await dueOf(ctx, ctx.ids.uuid())]));
    expect(strays).toEqual([expect.stringContaining("with the key {id}#")]);
  });
  it("is found when it sends a command to an org that the list does not name", async () => {
    const order = (ctx: JobCtx & { readonly commands: Commands }) => ctx.commands.send(ctx, PublishPost, ctx.ids.uuid(), [{ post_id: ctx.ids.uuid() }]);
    const { strays } = await judged(tick(async (ctx) => [await listed(ctx), await order(ctx)]));
    expect(strays).toEqual(["social.publish-due does sqs:SendMessage on queue social.publish-post.v1 with the key {id}#"]);
  });
});

describe("a worker", () => {
  /** Both orgs have a message in the batch; each message reads a post of the org that `whose` makes of its own. */
  const batch = (whose: (org_id: string) => string) => async (): Promise<void> => {
    const read = worker(RefreshPost, { ports: {} }, async (ctx, { post_id }) => {
      await Settings.get(ctx, { org_id: ctx.org_id });
      await Post.find(ctx, { org_id: whose(ctx.org_id), id: post_id });
    });
    const bodies = [world, other].map(({ message }) => message(RefreshPost, { post_id: world.ids.uuid() }));
    expect(await world.deliver(read, bodies)).toBe(0);
  };
  it("may reach the org of the message that it works on", async () => {
    expect(await judged(batch((org_id) => org_id))).toEqual({ strays: [], grounds: ["own"] });
  });
  it("is found when it reaches the org of another message in the batch", async () => {
    const { strays } = await judged(batch((org_id) => (org_id === world.org_id ? other.org_id : world.org_id)));
    expect(strays).toEqual([expect.stringMatching(/^social\.\S+ does dynamodb:GetItem on table social with the key \{id\}#/)]);
  });
});

describe("a consumer of a stream", () => {
  /** Reads the settings of an org upon a record of the first one. */
  const deliver = (image: object, org_id: string) => () => {
    const job: Job<DynamoDBStreamEvent, unknown> = {
      service: "social.count-events",
      serve: (runtime) => (_, invocation) => Settings.find(jobCtx(runtime, invocation, { service: "social.count-events", request_id: "r" }), { org_id }),
    };
    const event = { Records: [{ dynamodb: { NewImage: image } }] } as DynamoDBStreamEvent;
    return serveRecorded(job, world.boot)(event, { getRemainingTimeInMillis: () => 60_000 });
  };
  it.each(["org_id", "pk"])("may reach the org that a record names in its %s, and no other", async (field) => {
    const image = { [field]: { S: field === "pk" ? `${world.org_id}#X` : world.org_id } };
    expect(await judged(deliver(image, world.org_id))).toEqual({ strays: [], grounds: ["own"] });
    expect((await judged(deliver(image, other.org_id))).strays).toEqual([expect.stringContaining("with the key {id}#")]);
  });
});

describe("a person without an org", () => {
  const as =
    (work: () => Promise<unknown>, service = "identity.users") =>
    (): Promise<unknown> =>
      actAs(actingOn(service, { headers: { authorization: `Bearer ${world.owner.token}` } }), work);

  it("may reach what their own records name: their address, and their orgs", async () => {
    const own = async (): Promise<void> => {
      const { email, id } = await User.get(world.ctx, { id: world.owner.user_id });
      await Credential.find(world.ctx, { email: email! });
      const { items } = await Membership.query.byUser(world.ctx, { user_id: id }, {});
      expect(items.map(({ org_id }) => org_id)).toEqual([world.org_id]);
      await Org.get(world.ctx, { id: world.org_id });
    };
    expect(await judged(as(own))).toEqual({ strays: [], grounds: ["own person", "person"] });
  });
  it.each([
    ["an address that no record of theirs has named", () => Credential.find(world.ctx, { email: world.owner.email })],
    ["an org that no record of theirs has named", () => Org.get(world.ctx, { id: world.org_id })],
    ["another's sessions", () => Session.list(world.ctx, { user_id: world.editor.user_id }, {})],
    ["another's memberships", () => Membership.query.byUser(world.ctx, { user_id: world.editor.user_id }, {})],
  ])("is found at %s", async (_, reach) => {
    expect((await judged(as(reach))).strays).toHaveLength(1);
  });
  it("may go on in an org that they have made, not in one that there was before", async () => {
    const make = () => createOrg(world.owner.ctx, { name: "Day Shift" });
    expect(await judged(as(make, "identity.orgs"))).toMatchObject({ strays: [] });
    const again = async (): Promise<void> => {
      const mine = Org.writes.create(world.ctx, { id: world.org_id, name: "Mine" });
      await expect(transact(world.ctx, identity, mine, { pattern: "test.orgs" })).rejects.toMatchObject({ code: "already_exists" });
      await Membership.list(world.ctx, { org_id: world.org_id }, {});
    };
    expect((await judged(as(again, "identity.orgs"))).strays).toEqual(["identity.orgs does dynamodb:Query on table identity with the key {id}#M"]);
  });
});

describe("a call that names no key", () => {
  it.each([
    ["an org", "0199c0de-0000-7000-8000-000000000001"],
    ["an empty X-Org-Id", ""],
  ])("is found, made for %s", async (_, org_id) => {
    const plain = new DynamoDBClient(dynamoClient());
    const client = new DynamoDBClient({ ...dynamoClient(), requestHandler: recordedHandler(plain.config.requestHandler) });
    const scan = () => client.send(new ScanCommand({ TableName: world.ctx.db.physical(social.id) }));
    const { strays } = await judged(() => actAs(actingFor({ service: "social.posts", orgs: [org_id] }), scan));
    expect(strays).toEqual(["social.posts does dynamodb:Scan on table social with the key "]);
  });
});

describe("a key of a person", () => {
  const verdictOn = (key: string, resource = "table identity") => judge({ service: "identity.users", action: "dynamodb:Query", resource, key, count: 1 });

  it.each([
    ["U#{person}", "User"],
    ["C#{person}", "Credential"],
    ["U#{person}#S", "Session"],
    ["U#{person}#R#{id}#{digest}", "UsedRefresh"],
    ["T#{person}", OneTimeToken.model.name],
    ["U#{person}#M", "Membership.byUser"],
    ["E#{person}#I", "Invitation.byEmail"],
    ["{person}#I#{digest}", "Idempotency"],
  ])("%s is one of the named kind %s", (key, name) => {
    expect(verdictOn(key)).toEqual({ as: "own person", name });
    expect(OF_THE_PERSON).toHaveProperty([name]);
  });
  it.each(["P#{person}", "U#{person}#N", "{person}", "{person}#O", "U#{id}#R#{person}#{digest}", "U#{id}#S#{person}", "OUTBOX#{person}"])(
    "%s is found: no named kind begins with the person so",
    (key) => expect(verdictOn(key).as).toBe("stray"),
  );
  it("is found in the table of a platform", () => {
    for (const key of ["U#{person}", "{person}#I#{digest}", "JOB#{person}"]) expect(verdictOn(key, "table social").as).toBe("stray");
  });
});
