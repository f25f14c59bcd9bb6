import { Reconcile } from "../../events/soundcloud/reconcile.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { fanOut } from "../../shared/kernel/schedule/fan-out.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { Settings } from "../../shared/soundcloud/settings/settings.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";

const job = "soundcloud.reconcile-nightly";

/** The books are those of now, so a missed night is not made up for. */
export const reconcileNightlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  fanOut({
    job,
    period: "day",
    runs: soundcloudSystem.jobRuns,
    command: Reconcile,
    orgs: (ctx, page) => Settings.query.allOrgs(ctx, {}, page),
    data: (_org_id, date) => ({ date }),
    catch_up: 0,
  }),
);
export const handler = jobOnLambda(reconcileNightlyJob);
