import { ok, permanent, retryLater } from "../../../shared/kernel/outcome.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { type PostToSlackCtx, postToSlack } from "../../../shared/soundcloud/slack/post-to-slack.ts";
import { SlackStatus } from "../../../shared/soundcloud/slack/slack-status.ts";
import type { SlackClient } from "../../../shared/soundcloud/slack/slack.client.ts";
import { slackWebhookField } from "../../../shared/soundcloud/slack/webhook.ts";
import { simulatedWorld, TABLES } from "./simulated-ledger.ts";
import { type Simulated, simulate } from "./simulation.ts";

export interface SlackRun {
  readonly seed: number;
  readonly messages: number;
  readonly at_once: number;
  /** A mistake of the code itself. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}

const DELIVERIES = 200;
const SLOWEST_MS = 50;
const PAUSE_MS = 30_000;
const WEBHOOK = "https://hooks.slack.com/services/T0AAA/B0BBB/simulated";

/**
 * Messages are delivered twice at once to a channel that puts some of them off and refuses some; when all is done they
 * come once more. Then what Slack was asked is compared with what ops are told of it.
 */
export const simulateSlack = ({ messages, at_once, ...options }: SlackRun): Promise<Simulated<readonly string[]>> =>
  simulate({ ...options, kinds: [], tables: TABLES }, async (simulation) => {
    const { random, sleep, clock } = simulation;
    const world = await simulatedWorld(simulation);
    const { ctx, org_id } = world;
    await Settings.patch(ctx, { org_id }, { slack_enabled: true, slack_webhook: await ctx.vault.seal(ctx, WEBHOOK, slackWebhookField(org_id)) });
    const ids = Array.from({ length: messages }, () => world.ids.uuid());
    const posts = new Map<string, number>();
    const paused = new Map<string, number>();
    const violations: string[] = [];
    let [refusing, puts_off] = [false, true];
    /** Slack, asked about one message: it names none itself. */
    const slackOf = (id: string): SlackClient => ({
      post: async () => {
        if (clock.now().getTime() < (paused.get(id) ?? 0)) violations.push(`${id} came before Slack wanted it`);
        await sleep(random() * SLOWEST_MS);
        if (refusing) return permanent("channel_is_archived", "The channel is archived.");
        if (puts_off && random() < 0.3) {
          paused.set(id, clock.now().getTime() + PAUSE_MS);
          return retryLater(PAUSE_MS, "rate limited");
        }
        posts.set(id, (posts.get(id) ?? 0) + 1);
        return ok(undefined);
      },
    });
    const deliver = async (db: Database, id: string): Promise<void> => {
      const own: PostToSlackCtx = { ...ctx, db, request_id: id, slack: slackOf(id), pages: { public_url: "https://agency.example" } };
      for (let delivery = 1; ; delivery++)
        try {
          return await postToSlack(own, { fact: "test", data: {} });
        } catch (error) {
          if (delivery >= DELIVERIES) throw error;
        }
    };
    const lanes = Array.from({ length: at_once }, () => simulation.lane());
    const all = async (of: readonly string[], copies: number): Promise<void> => {
      const waiting = Array.from({ length: copies }, () => of).flat();
      await Promise.all(
        lanes.map(async ({ db }) => {
          for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await deliver(db, id);
        }),
      );
    };
    simulation.begin();
    await all(ids, 2);
    // What was put off comes again, once too early and then in time.
    await all([...paused.keys()], 1);
    await sleep(2 * PAUSE_MS);
    puts_off = false;
    await all(ids, 1);
    const before = new Map(posts);
    await all(ids, 2);
    const succeeded = await SlackStatus.find(ctx, { org_id }, { consistent: true });
    refusing = true;
    const refused = ids.map(() => world.ids.uuid());
    await all(refused, 2);
    await all(refused, 1);
    simulation.end();
    const status = await SlackStatus.get(ctx, { org_id }, { consistent: true });
    return [
      ...violations,
      ...ids.flatMap((id) => ((posts.get(id) ?? 0) > 0 ? [] : [`${id} was never posted`])),
      ...ids.flatMap((id) => (posts.get(id) === before.get(id) ? [] : [`${id} was posted although it was known to be`])),
      ...(succeeded?.consecutive_failures === 0 && succeeded.last_success_at !== undefined ? [] : ["ops are not told that it works"]),
      ...(status.consecutive_failures === messages ? [] : [`ops are told of ${status.consecutive_failures} failures, and there were ${messages}`]),
    ];
  });
