import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { fanOut } from "../../shared/kernel/schedule/fan-out.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { Settings } from "../../shared/soundcloud/settings/settings.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";

const job = "soundcloud.grant-credits-monthly";

export const grantCreditsMonthlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  fanOut({
    job,
    period: "month",
    runs: soundcloudSystem.jobRuns,
    command: GrantCredits,
    orgs: (ctx, page) => Settings.query.allOrgs(ctx, {}, page),
    data: (_org_id, month) => ({ month }),
  }),
);
export const handler = jobOnLambda(grantCreditsMonthlyJob);
