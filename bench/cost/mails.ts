import { Automate } from "../../events/soundcloud/automate.v1.ts";
import { applyMailEventWorker } from "../../functions/soundcloud/apply-mail-event.worker.ts";
import { applyPlannerEventWorker } from "../../functions/soundcloud/apply-planner-event.worker.ts";
import { automateWorker } from "../../functions/soundcloud/automate.worker.ts";
import { mailApi } from "../../functions/soundcloud/mail.api.ts";
import { outboxJob } from "../../functions/soundcloud/outbox.stream.ts";
import { plannerWebhooksApi } from "../../functions/soundcloud/planner-webhooks.api.ts";
import { sendEmailWorker } from "../../functions/soundcloud/send-email.worker.ts";
import { startResendSandbox } from "../../infra/local/sandbox/resend/start.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { control } from "../../tests/integration/providers/support.ts";
import { signed } from "../../tests/support/signed.ts";
import { soundcloudWorld } from "../../tests/support/soundcloud.ts";
import { receive, scheduled } from "../planner/call-backs.ts";
import type { Host, Scene } from "./measure.ts";
import { requireDone, requireOk } from "./require-ok.ts";

const MAILS = 5;
const CALL_BACKS = 5;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/** Nobody listens there: what Resend tells is taken to the route by hand. */
const NOWHERE = "http://127.0.0.1:9/";

interface Delivery {
  readonly svix_id: string;
  readonly body: string;
}

/** Mails of the automations, and what Resend and Influence Planner tell by their webhooks. */
export const mails = async (host: Host): Promise<Scene> => {
  const sandbox = await startResendSandbox({ per_second: 100_000, now: () => host.clock.now(), webhook: { url: NOWHERE, secret: SECRET } });
  // The client paces itself by real time; the network's clock stands still.
  const mailer = resendClient({ api_url: sandbox.url, api_key: "re_bench", clock: { now: () => new Date() }, per_second: 1000 });
  const ports = { mailer, letterhead: { from: "Groundswell <mail@agency.example>" }, resend_secrets: [SECRET] };
  const world = await soundcloudWorld({ apis: [mailApi, plannerWebhooksApi], host, ports });
  const occasions: string[] = [];
  for (let n = 0; n < MAILS; n++)
    occasions.push(world.message(Automate, { trigger: "tier-changed", member_id: (await world.member()).id, from: "T1", to: "T2" }));
  const callBacks = await scheduled(world, CALL_BACKS);
  world.sent.splice(0);
  return {
    world,
    outbox: { system: soundcloudSystem, job: outboxJob },
    stop: () => sandbox.stop(),
    operations: [
      {
        title: "a mail of an automation, sent",
        count: MAILS,
        run: async () => {
          requireDone(await world.deliver(automateWorker, occasions));
          return { workers: occasions.length + (await world.drain(sendEmailWorker)) };
        },
      },
      {
        title: "a webhook of Resend, applied",
        run: async (aside) => {
          const { items } = await aside(() => control<{ items: Delivery[] }>(sandbox.url, "GET", "deliveries"));
          for (const { svix_id, body } of items) {
            const headers = signed(SECRET, body, { id: svix_id, at: world.clock.now(), prefix: "svix" });
            await requireOk(world.client.request("POST", "/soundcloud/webhooks/resend", undefined, { raw: body, headers }));
          }
          const { length: count } = items;
          const workers = await world.drain(applyMailEventWorker);
          if (count < MAILS || workers !== count) throw new Error(`${workers} of ${count} messages are applied.`);
          return { count, http: count, workers };
        },
      },
      {
        title: "a webhook of Influence Planner, applied",
        count: CALL_BACKS,
        http: CALL_BACKS,
        run: async () => {
          for (const one of callBacks) await receive(world, one);
          const applied = await world.drain(applyPlannerEventWorker);
          if (applied !== CALL_BACKS) throw new Error(`${applied} of ${CALL_BACKS} call-backs are applied.`);
          return { workers: applied };
        },
      },
    ],
  };
};
