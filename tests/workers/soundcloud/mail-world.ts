import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { applyMailEventWorker } from "../../../functions/soundcloud/apply-mail-event.worker.ts";
import { automateWorker } from "../../../functions/soundcloud/automate.worker.ts";
import { mailApi } from "../../../functions/soundcloud/mail.api.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import { startResendSandbox } from "../../../infra/local/sandbox/resend/start.ts";
import { resendClient } from "../../../shared/mail/resend.client.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { control } from "../../integration/providers/support.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../../support/soundcloud.ts";
import type { WorldOptions } from "../../support/world.ts";

export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A door on the net to the API's route for webhooks; a request that comes before there is an API is refused. */
const door = async () => {
  let enter: ((raw: string, headers: Record<string, string>) => Promise<number>) | undefined;
  const server = createServer((request, response) => {
    let raw = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (raw += chunk));
    request.on("end", async () => response.writeHead((await enter?.(raw, request.headers as Record<string, string>)) ?? 503).end());
  });
  await new Promise<void>((started) => server.listen(0, "127.0.0.1", started));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    open: (by: typeof enter) => void (enter = by),
    stop: () => new Promise<void>((stopped) => (server.close(() => stopped()), server.closeAllConnections())),
  };
};

/** The repost network with Resend's sandbox beside it; `stop` ends that. */
export const mailWorld = async (options: WorldOptions = {}) => {
  const hook = await door();
  let now = (): Date => new Date();
  const sandbox = await startResendSandbox({ per_second: 100_000, now: () => now(), webhook: { url: hook.url, secret: WEBHOOK_SECRET } });
  // The client paces itself by real time; the network's clock stands still.
  const clock = { now: () => new Date() };
  const fetchOf = options.gate ? { fetch: options.gate.fetch(fetch) } : {};
  const open = () => resendClient({ api_url: sandbox.url, api_key: "re_test", clock, per_second: 1000, budget_ms: 200, random: () => 0, ...fetchOf });
  let client = open();
  const mailer = { send: (...given: Parameters<typeof client.send>) => client.send(...given) };
  const letterhead = { from: "Groundswell <mail@agency.example>" };
  const world = await soundcloudWorld({
    apis: [mailApi],
    ...options,
    ports: { mailer, letterhead, resend_secrets: [WEBHOOK_SECRET], ...options.ports },
  });
  now = () => world.clock.now();
  hook.open(async (raw, headers) => (await world.client.request("POST", "/soundcloud/webhooks/resend", undefined, { raw, headers })).status);

  /** Everything that waits for the automations and then for the mail service. */
  const settle = async (): Promise<void> => {
    await world.drain(automateWorker);
    await world.drain(sendEmailWorker);
  };
  /** What the mail service has to tell arrives, is taken in and applied. */
  const hear = async (): Promise<void> => {
    await control(sandbox.url, "POST", "deliveries");
    await world.drain(applyMailEventWorker);
  };
  const logsOf = (org: SoundcloudOrg): Promise<EmailLog[]> => Array.fromAsync(every((page) => EmailLog.query.all(org.ctx, { org_id: org.org_id }, page)));
  const mailsTo = async (address: string) => (await sandbox.mails()).filter(({ to }) => to.includes(address));
  return {
    ...world,
    sandbox,
    settle,
    hear,
    logsOf,
    mailsTo,
    /** As a new process would open it. */
    restart: () => void (client = open()),
    stop: async () => {
      await sandbox.stop();
      await hook.stop();
    },
  };
};
export type MailWorld = Awaited<ReturnType<typeof mailWorld>>;
