import { Automate } from "../../events/soundcloud/automate.v1.ts";
import { SendEmail } from "../../events/soundcloud/send-email.v1.ts";
import { automateWorker } from "../../functions/soundcloud/automate.worker.ts";
import { soundcloudPlatform } from "../../functions/soundcloud/lambdas.ts";
import { MAILS_PER_SECOND, sendEmailWorker } from "../../functions/soundcloud/send-email.worker.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { startResendSandbox } from "../../infra/local/sandbox/resend/start.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import type { JobRuntime } from "../../shared/kernel/job.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { EmailLog } from "../../shared/soundcloud/mail/email-log.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../tests/support/soundcloud.ts";
import { hostOn } from "../host.ts";
import { timed } from "../replay/compare.ts";
import { type Subject, atLeast, atMost, beside } from "../subject.ts";

const MAILS = 120;
const WARM_UP = 10;
/** What Resend allows a team in a second. */
const LIMIT = 10;
const SECOND_MS = 1_000;
const environments = (): { readonly batch_size: number; readonly max_concurrency: number } => {
  const lambda = soundcloudPlatform.lambdas["send-email"];
  if (lambda?.trigger !== "worker") throw new Error("send-email is no worker any more.");
  return lambda;
};
const { batch_size, max_concurrency } = environments();

/** A promotion for each of some new members, and the mail about it, rendered and ordered by the real worker. Answers with the orders to send. */
const queued = async (world: SoundcloudWorld, mails: number): Promise<{ orders: string[]; cpu_ms: number }> => {
  const occasions: string[] = [];
  for (let n = 0; n < mails; n++) {
    const { id } = await world.member();
    occasions.push(world.message(Automate, { trigger: "tier-changed", member_id: id, from: "T1", to: "T2" }));
  }
  world.sent.splice(0);
  const { cpu_seconds } = await timed(async () => {
    for (let at = 0; at < mails; at += batch_size)
      if ((await world.deliver(automateWorker, occasions.slice(at, at + batch_size))) > 0) throw new Error("A mail was not queued.");
  });
  const orders = world.sent.splice(0).flatMap(({ envelope, body }) => (envelope.type === SendEmail.type ? [body] : []));
  return { orders, cpu_ms: (cpu_seconds * 1_000) / mails };
};

/** Notes every request to an address and how it was answered, until it is stopped. */
const watch = (url: string) => {
  const real = globalThis.fetch;
  const asked: { readonly at: number; readonly status: number }[] = [];
  globalThis.fetch = async (input, init) => {
    const at = performance.now();
    const reply = await real(input, init);
    if (String(input instanceof Request ? input.url : input).startsWith(url)) asked.push({ at, status: reply.status });
    return reply;
  };
  return { asked, stop: () => void (globalThis.fetch = real) };
};

/** The environments of the function, as many as may run, each with its own client and its own pace, working a batch at a time off one queue. */
const send = async ({ db, ids, log, ports }: SoundcloudWorld, url: string, orders: readonly string[]): Promise<void> => {
  const values: Readonly<Record<string, string>> = { RESEND_API_URL: url, RESEND_API_KEY: "re_bench", MAIL_FROM: "Groundswell <mail@agency.example>" };
  const waiting = [...orders];
  const environment = async (): Promise<void> => {
    const runtime: JobRuntime = { db, ids, log, clock: systemClock, env: (name) => values[name] ?? "", ports: { commands: ports.commands } };
    const handle = sendEmailWorker.serve(runtime);
    while (waiting.length > 0) {
      const Records = waiting.splice(0, batch_size).map((body, at) => ({ messageId: String(at), body, attributes: { ApproximateReceiveCount: "1" } }));
      const { batchItemFailures } = await handle({ Records } as Parameters<typeof handle>[0], { getRemainingTimeInMillis: () => 60_000 });
      if (batchItemFailures.length > 0) throw new Error(`Mails were not sent: ${JSON.stringify(log.lines.at(-1))}`);
    }
  };
  await Promise.all(Array.from({ length: max_concurrency }, environment));
};

const requireSent = async ({ ctx, org_id }: SoundcloudWorld, mails: number): Promise<void> => {
  const sent = await Array.fromAsync(every((page) => EmailLog.query.byStatus(ctx, { org_id, status: "sent" }, page)));
  if (sent.length !== mails) throw new Error(`${sent.length} of ${mails} mails are sent.`);
};

/** The most requests within any second. */
const mostInASecond = (times: readonly number[]): number => Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + SECOND_MS).length));

export const subject: Subject = {
  name: "mail",
  title: "Mails under the service's limit",
  about: `${MAILS} mails to members, rendered by the worker of the automations and sent by that of the mails to a sandbox of Resend that allows ${LIMIT} requests a second and refuses more. The sender runs as it is deployed: ${max_concurrency} environments at most, each with its own client and pace, in batches of ${batch_size}. Its pace is ${MAILS_PER_SECOND} a second in each, which leaves the rest of the limit to verification mails; the shares are of that pace and of the limit, by what is sent in a second between the first mail and the last. Processor time is that of one mail; that of sending includes the sandbox's answer, which runs in the same process.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    const [free, sandbox] = [await startResendSandbox({ per_second: 100_000 }), await startResendSandbox({ per_second: LIMIT })];
    try {
      const world = await soundcloudWorld({ host: await hostOn((db) => db) });
      await send(world, free.url, (await queued(world, WARM_UP)).orders);
      const { orders, cpu_ms: render_ms } = await queued(world, MAILS);
      const { asked, stop } = watch(sandbox.url);
      const { cpu_seconds } = await timed(() => send(world, sandbox.url, orders));
      stop();
      await requireSent(world, MAILS + WARM_UP);
      const times = asked.map(({ at }) => at).toSorted((a, b) => a - b);
      const per_second = ((MAILS - 1) * SECOND_MS) / (times.at(-1)! - times[0]!);
      const refused = asked.filter(({ status }) => status === 429).length;
      return {
        figures: [
          atLeast("mail_pace_share", per_second / (max_concurrency * MAILS_PER_SECOND), 0.9, "of the pace"),
          beside("mail_limit_share", per_second / LIMIT, "of the limit"),
          atMost("mail_most_in_a_second", mostInASecond(times), LIMIT, "requests"),
          atMost("mail_refused", refused, 0, "requests"),
          beside("mail_per_second", per_second, "per second"),
          beside("mail_render_cpu_ms", render_ms, "ms"),
          beside("mail_send_cpu_ms", (cpu_seconds * 1_000) / MAILS, "ms"),
        ],
        tables: [],
      };
    } finally {
      await Promise.all([free.stop(), sandbox.stop()]);
      await dynamo.stop();
    }
  },
};
