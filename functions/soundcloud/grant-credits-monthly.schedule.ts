import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.grant-credits-monthly";

export const grantCreditsMonthlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "month",
    command: GrantCredits,
    data: (_org_id, month) => ({ month }),
  }),
);
export const handler = jobOnLambda(grantCreditsMonthlyJob);
