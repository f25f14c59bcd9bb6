import { ArchiveMonths } from "../../events/social/archive-months.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.archive-months-monthly";

export const archiveMonthsMonthlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "month",
    command: ArchiveMonths,
    data: (_org_id, period) => ({ period }),
  }),
);
export const handler = jobOnLambda(archiveMonthsMonthlyJob);
