import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { provisionOrg } from "../../shared/social/settings/provision-org.ts";

/** Every platform hears of every enabling; the others' are no concern of this one. */
export const provisionOrgWorker = worker(
  ProvisionOrg,
  { ports: {}, on: [when(PlatformEnabled, ({ platform }) => ({ platform }))] },
  async (ctx, { platform }) => {
    if (platform === "social") await provisionOrg(ctx);
  },
);
export const handler = jobOnLambda(provisionOrgWorker);
