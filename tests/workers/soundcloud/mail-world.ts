import { automateWorker } from "../../../functions/soundcloud/automate.worker.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import { startResendSandbox } from "../../../infra/local/sandbox/resend/start.ts";
import { resendClient } from "../../../shared/mail/resend.client.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { type SoundcloudOrg, type WorldOptions, soundcloudWorld } from "../../support/soundcloud.ts";

/** The repost network with Resend's sandbox beside it; `stop` ends that. */
export const mailWorld = async (options: WorldOptions = {}) => {
  const sandbox = await startResendSandbox({ per_second: 1000 });
  // The client paces itself by real time; the network's clock stands still.
  const clock = { now: () => new Date() };
  const fetchOf = options.gate ? { fetch: options.gate.fetch(fetch) } : {};
  const open = () => resendClient({ api_url: sandbox.url, api_key: "re_test", clock, per_second: 1000, budget_ms: 200, random: () => 0, ...fetchOf });
  let client = open();
  const mailer = { send: (...given: Parameters<typeof client.send>) => client.send(...given) };
  const letterhead = { from: "Groundswell <mail@agency.example>" };
  const world = await soundcloudWorld({ ...options, ports: { mailer, letterhead, ...options.ports } });

  /** Everything that waits for the automations and then for the mail service. */
  const settle = async (): Promise<void> => {
    await world.drain(automateWorker);
    await world.drain(sendEmailWorker);
  };
  const logsOf = (org: SoundcloudOrg): Promise<EmailLog[]> => Array.fromAsync(every((page) => EmailLog.query.all(org.ctx, { org_id: org.org_id }, page)));
  const mailsTo = async (address: string) => (await sandbox.mails()).filter(({ to }) => to.includes(address));
  return {
    ...world,
    sandbox,
    settle,
    logsOf,
    mailsTo,
    /** As a new process would open it. */
    restart: () => void (client = open()),
    stop: () => sandbox.stop(),
  };
};
export type MailWorld = Awaited<ReturnType<typeof mailWorld>>;
