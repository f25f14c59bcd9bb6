import { RunReconciliation } from "../../events/social/run-reconciliation.v1.ts";
import { uuidOf } from "../../shared/kernel/ids.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.reconcile-nightly";

/** One run per org and day, by its id. Counters are those of now, so a missed night is not made up for. */
export const reconcileNightlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "day",
    command: RunReconciliation,
    data: (org_id, date) => ({ reconciliation_id: uuidOf(`${job}/${date}/${org_id}`), date }),
    catch_up: 0,
  }),
);
export const handler = jobOnLambda(reconcileNightlyJob);
