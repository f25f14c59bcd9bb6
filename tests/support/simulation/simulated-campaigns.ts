import type { OrgCtx } from "../../../shared/kernel/context.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { completeCampaign } from "../../../shared/soundcloud/campaign/complete-campaign.ts";
import { createCampaign } from "../../../shared/soundcloud/campaign/create-campaign.ts";
import { draftCampaign } from "../../../shared/soundcloud/campaign/draft-campaign.ts";
import { goLive } from "../../../shared/soundcloud/campaign/go-live.ts";
import { markBaseline } from "../../../shared/soundcloud/campaign/mark-baseline.ts";
import { patchCampaign } from "../../../shared/soundcloud/campaign/patch-campaign.ts";
import { pauseCampaign } from "../../../shared/soundcloud/campaign/pause-campaign.ts";
import { resumeCampaign } from "../../../shared/soundcloud/campaign/resume-campaign.ts";
import { scheduleCampaign } from "../../../shared/soundcloud/campaign/schedule-campaign.ts";
import { completeAssignment, refundAssignment } from "../../../shared/soundcloud/queue/complete-assignment.ts";
import { endAssignment } from "../../../shared/soundcloud/queue/end-assignment.ts";
import { publishAssignment } from "../../../shared/soundcloud/queue/publish-assignment.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { checkSubmission, checkSupported } from "../../../shared/soundcloud/reconcile/submissions.ts";
import { getSettings } from "../../../shared/soundcloud/settings/get-settings.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import { pick } from "../faults/random.ts";
import { sampleOf } from "../matrix/sample.ts";
import type { SimulatedFault } from "./faults.ts";
import { TABLES, simulatedWorld } from "./simulated-ledger.ts";
import { type Lane, type Simulated, simulate } from "./simulation.ts";

export interface SimulatedCampaignsRun {
  readonly seed: number;
  readonly campaigns: number;
  /** Assignments of each campaign, each of a supporter of its own. */
  readonly assignments: number;
  readonly at_once: number;
  readonly kinds?: readonly SimulatedFault[];
  /** A mistake of the code itself. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}
export interface SimulatedCampaigns {
  readonly violations: readonly string[];
  readonly verified: number;
  readonly refunded: number;
  readonly refused: number;
}

/** One order, and the codes with which it may be refused: because of what was done before, also by its own first delivery. */
interface Act {
  readonly name: string;
  readonly refusals: readonly string[];
  carryOut(ctx: OrgCtx): Promise<unknown>;
}

/** However bad a run's faults are, an order gets through in the end. */
const DELIVERIES = 200;
/** By then every write that was late has arrived, and the indexes show everything. */
const SETTLED_MS = 120_000;

/** Passed over at publication because the campaign had paused or reached its goal, or ended by a delivery before. */
const ENDED = ["not_published", "invalid_transition"];

/** A live campaign, set up at once and without faults. */
const live = async (ctx: OrgCtx, client_id: string, n: number): Promise<Campaign & { submission_id: string }> => {
  const { id } = await createCampaign(ctx, {
    client_id,
    artist_name: `Band ${n}`,
    track_name: `Song ${n}`,
    track_url: `https://soundcloud.com/simulated-band-${n}/song`,
    subgenres: [],
    metadata: {},
    goal_reposts: 1000,
    start_date: "2026-11-20",
    end_date: "2099-12-31",
  });
  await draftCampaign(ctx, id);
  await scheduleCampaign(ctx, id);
  await transact(ctx, soundcloud, await markBaseline(ctx, id, ctx.clock.now().toISOString()), { pattern: "simulated.baseline" });
  return (await goLive(ctx, id)) as Campaign & { submission_id: string };
};

/** What becomes of an assignment: each step is delivered until its answer is definite, and some once more. */
const fateOf = (random: () => number, assignment: QueueAssignment): Act[] => {
  const { id } = assignment;
  const act = (name: string, refusals: readonly string[], carryOut: Act["carryOut"]): Act => ({ name, refusals, carryOut });
  const publish = act("publish", [], async (ctx) =>
    publishAssignment(ctx, await QueueAssignment.get(ctx, assignment, { consistent: true }), await getSettings(ctx)),
  );
  const complete = act("complete", ENDED, (ctx) => completeAssignment(ctx, id, { verified_by: "ops" }));
  const refund = act("refund", [], (ctx) => refundAssignment(ctx, id));
  const fail = act("fail", ENDED, (ctx) => endAssignment(ctx, id, "failed", "late"));
  const skip = act("skip", ENDED, (ctx) => endAssignment(ctx, id, "skipped", "no time"));
  return pick(random, [
    [publish, complete],
    [publish, complete],
    [publish, complete, refund],
    [publish, complete, refund],
    [publish, fail],
    [publish, skip],
    [publish],
  ]);
};

/** What ops do with the campaign meanwhile. */
const meddlingWith = (random: () => number, id: string): Act => {
  const patch: Act = {
    name: "patch",
    refusals: ["stale"],
    carryOut: async (ctx) => {
      const { version } = await Campaign.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
      return patchCampaign(ctx, id, { goal_reposts: 1 + Math.floor(random() * 30) }, version);
    },
  };
  const pause: Act = { name: "pause", refusals: ["invalid_transition"], carryOut: (ctx) => pauseCampaign(ctx, id) };
  const resume: Act = { name: "resume", refusals: ["invalid_transition"], carryOut: (ctx) => resumeCampaign(ctx, id) };
  return pick(random, [pause, resume, resume, patch, patch]);
};

/** What is wrong with a campaign's count, by its assignments; and with what its submission counts. */
const audit = async (ctx: OrgCtx, { org_id, id }: Campaign) => {
  const campaign = await Campaign.get(ctx, { org_id, id }, { consistent: true });
  const submission_id = campaign.submission_id!;
  const submission = await Submission.get(ctx, { org_id, id: submission_id }, { consistent: true });
  const assignments = await Array.fromAsync(every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id }, page)));
  const completed = assignments.filter(({ status }) => status === "completed");
  const refunded = completed.filter(({ refunded_at }) => refunded_at !== undefined).length;
  const verified = completed.length - refunded;
  const wants = submission.demand_since !== undefined;
  const may = campaign.status === "live" && submission.goal_reposts! > submission.supported_count;
  return {
    verified,
    refunded,
    violations: [
      ...(campaign.verified_reposts === verified ? [] : [`${id} counts ${campaign.verified_reposts} reposts, and ${verified} stand`]),
      ...(submission.goal_reposts === campaign.goal_reposts ? [] : [`${id} has the goal ${campaign.goal_reposts}, its submission ${submission.goal_reposts}`]),
      ...(wants === may ? [] : [`${id} is ${campaign.status} and ${wants ? "wants" : "does not want"} supporters`]),
      ...[...(await checkSubmission(ctx, submission)), ...(await checkSupported(ctx, assignments))].map(
        ({ check, stored, computed }) => `${check} is ${JSON.stringify(stored)}, not ${JSON.stringify(computed)}`,
      ),
    ],
  };
};

/** Plays assignments of live campaigns against the real code in the simulator, beside ops who pause, resume and change them; then audits the counts. */
export const simulateCampaigns = ({
  campaigns: count,
  assignments: each,
  at_once,
  ...options
}: SimulatedCampaignsRun): Promise<Simulated<SimulatedCampaigns>> =>
  simulate({ ...options, tables: TABLES }, async (simulation) => {
    const { random, sleep } = simulation;
    const world = await simulatedWorld(simulation);
    const { ctx, org_id } = world;
    const client = await world.clientOf("Label");
    const campaigns: Awaited<ReturnType<typeof live>>[] = [];
    const waiting: Act[][] = [];
    for (let n = 0; n < count; n++) {
      const campaign = await live(ctx, client.id, n);
      campaigns.push(campaign);
      for (let nth = 0; nth < each; nth++) {
        const supporter = await world.member({ followers: 200_000 });
        const fixed = {
          org_id,
          id: ctx.ids.uuid(),
          submission_id: campaign.submission_id,
          supporter_id: supporter.id,
          credits_allocated: 1 + (nth % 3),
          track_url: campaign.track_url,
          queue_date: "2026-11-21",
        };
        const made = await QueueAssignment.create(ctx, sampleOf(QueueAssignment, 1, { fixed }) as Parameters<typeof QueueAssignment.create>[1]);
        waiting.push(fateOf(random, made));
        if (random() < 0.5) waiting.push([meddlingWith(random, campaign.id)]);
      }
    }
    const violations: string[] = [];
    let refused = 0;

    const deliver = async (lane: Lane, act: Act): Promise<void> => {
      for (let delivery = 1; delivery <= DELIVERIES; delivery++) {
        try {
          return void (await lane.run(() => act.carryOut({ ...ctx, db: lane.db })));
        } catch (error) {
          if (!isDomainError(error) || error.kind === "unavailable") continue;
          refused += 1;
          if (!act.refusals.includes(error.code)) violations.push(`${act.name} is refused: ${error.code}`);
          return;
        }
      }
      violations.push(`${act.name} never got through`);
    };
    const work = async (lane: Lane): Promise<void> => {
      for (let fate = waiting.shift(); fate; fate = waiting.shift())
        for (const act of fate) {
          await deliver(lane, act);
          if (random() < 0.2) await deliver(lane, act);
        }
    };
    // Every reader sees what was set up.
    await sleep(SETTLED_MS);
    simulation.begin();
    await Promise.all(Array.from({ length: at_once }, () => work(simulation.lane())));
    simulation.end();
    await sleep(SETTLED_MS);
    // One ends with what is under way.
    const last = campaigns.at(-1)!;
    if ((await Campaign.get(ctx, last, { consistent: true })).status === "live") await completeCampaign(ctx, last.id);
    await sleep(SETTLED_MS);
    const audits = await Promise.all(campaigns.map((campaign) => audit(ctx, campaign)));
    return {
      violations: [...violations, ...audits.flatMap((one) => one.violations)],
      verified: audits.reduce((sum, one) => sum + one.verified, 0),
      refunded: audits.reduce((sum, one) => sum + one.refunded, 0),
      refused,
    };
  });
