import { ok, retryLater } from "../../../shared/kernel/outcome.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { AutomationHealth } from "../../../shared/soundcloud/mail/automation-health.ts";
import { AutomationLog } from "../../../shared/soundcloud/mail/automation-log.ts";
import { automate } from "../../../shared/soundcloud/mail/automate.ts";
import { createAutomationTemplate } from "../../../shared/soundcloud/mail/create-automation-template.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import type { Occasion } from "../../../shared/soundcloud/mail/occasion.ts";
import { type Mailer, type SendEmailCtx, sendEmail } from "../../../shared/soundcloud/mail/send-email.ts";
import { renderer } from "../../../shared/mail/renderer.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { simulatedWorld, TABLES } from "./simulated-ledger.ts";
import { type Simulated, type Simulation, simulate } from "./simulation.ts";

export interface MailRun {
  readonly seed: number;
  readonly members: number;
  readonly at_once: number;
  /** A mistake of the code itself. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}
type Act = (ctx: SendEmailCtx) => Promise<void>;

const DELIVERIES = 200;
const SLOWEST_MS = 50;

/** A mail service as ours says that it is: one mail per key, however often it is asked, and now and then not yet. */
const mailService = ({ random, sleep }: Simulation) => {
  const taken = new Map<string, { readonly id: string }>();
  const mailer: Mailer = {
    send: async (_, key) => {
      await sleep(random() * SLOWEST_MS);
      if (random() < 0.2) return retryLater(1000, "too many requests");
      const known = taken.get(key) ?? { id: `message-${taken.size + 1}` };
      taken.set(key, known);
      return ok({ id: known.id });
    },
  };
  return { taken, mailer };
};

/**
 * Promotions and approvals are told, each twice, and what is ordered of them is handed over, each twice, all at once; then
 * logs, runs and what submissions keep are counted anew.
 */
export const simulateMail = async ({ members: count, at_once, ...options }: MailRun): Promise<Simulated<readonly string[]>> => {
  // Modules are read in the machine's time, for which nothing in a simulation waits.
  await renderer();
  return simulate({ ...options, kinds: [], tables: TABLES }, async (simulation) => {
    const world = await simulatedWorld(simulation);
    const { ctx, org_id } = world;
    const { taken, mailer } = mailService(simulation);
    const template = { subject: "Approved", body_html: "<p>{{ track_title }}</p>", variables: { track_title: "" } };
    await createAutomationTemplate(ctx, { ...template, template_key: "approved", name: "Approved", enabled: true, trigger_events: ["submission-approved"] });
    const submissions: Submission[] = [];
    const waiting: Act[] = [];
    const tell = (request_id: string, occasion: Occasion): void => {
      for (let twice = 0; twice < 2; twice++) waiting.push((own) => automate({ ...own, request_id }, occasion));
    };
    for (let n = 0; n < count; n++) {
      const email = `simulated-${n}@example.com`;
      const { id: member_id } = await world.member({ emails: [email], primary_email: email });
      const submission = await world.submission({ member_id, artist: `simulated-mail-${n}` });
      submissions.push(submission);
      tell(world.ids.uuid(), { trigger: "tier-changed", member_id, from: "T1", to: "T2" });
      tell(world.ids.uuid(), { trigger: "submission-approved", submission_id: submission.id });
    }
    const again = async (act: Act, own: SendEmailCtx): Promise<void> => {
      for (let delivery = 1; ; delivery++)
        try {
          return await act(own);
        } catch (error) {
          if (delivery >= DELIVERIES) throw error;
        }
    };
    /** What was ordered by now is delivered twice. */
    const ordered = (): void => {
      for (const { envelope } of world.sent.splice(0))
        for (let twice = 0; twice < 2; twice++) waiting.push((own) => sendEmail(own, envelope.data as { email_log_id: string }));
    };
    simulation.begin();
    await Promise.all(
      Array.from({ length: at_once }, async () => {
        const own: SendEmailCtx = { ...ctx, db: simulation.lane().db, mailer, letterhead: { from: "Groundswell <mail@agency.example>" } };
        for (let act = waiting.shift(); act; act = waiting.shift()) {
          await again(act, own);
          ordered();
        }
      }),
    );
    simulation.end();

    const logs = await Array.fromAsync(every((page) => EmailLog.query.all(ctx, { org_id }, page)));
    const automated = await AutomationLog.getMany(ctx, logs, { consistent: true });
    const health = await AutomationHealth.list(ctx, { org_id }, { consistent: true });
    const runs = (name: string): number | undefined => health.items.find(({ automation_name }) => automation_name === name)?.total_runs;
    const noted = await Submission.getMany(ctx, submissions, { consistent: true });
    const messageOf = (object_id: string): (string | undefined)[] =>
      logs.filter(({ related_object_id }) => related_object_id === object_id).map(({ resend_message_id }) => resend_message_id);
    return [
      ...(logs.length === 2 * count && taken.size === 2 * count ? [] : [`${logs.length} are logged and ${taken.size} sent, not ${2 * count}`]),
      ...logs.flatMap(({ id, status, resend_message_id }) =>
        status === "sent" && resend_message_id === taken.get(id)?.id ? [] : [`${id} is ${status}, and not as the service has it`],
      ),
      ...automated.flatMap(({ id, mail_status, provider_message_id }) =>
        mail_status === "sent" && provider_message_id === taken.get(id)?.id ? [] : [`the automation's log of ${id} differs`],
      ),
      ...["notification-emails", "submission-status-emails"].flatMap((name) =>
        runs(name) === count ? [] : [`${name} counts ${runs(name)} runs, not ${count}`],
      ),
      ...noted.flatMap(({ id, resend_message_ids }) =>
        JSON.stringify(resend_message_ids) === JSON.stringify(messageOf(id)) ? [] : [`the submission ${id} keeps other mails than were sent`],
      ),
    ];
  });
};
