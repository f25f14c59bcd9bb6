import { Reconcile } from "../../events/soundcloud/reconcile.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.reconcile-nightly";

/** The books are those of now, so a missed night is not made up for. */
export const reconcileNightlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "day",
    command: Reconcile,
    data: (_org_id, date) => ({ date }),
    catch_up: 0,
  }),
);
export const handler = jobOnLambda(reconcileNightlyJob);
