import { MailOrdered } from "../../events/soundcloud/mail-ordered.v1.ts";
import { SendEmail } from "../../events/soundcloud/send-email.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { sendEmail } from "../../shared/soundcloud/mail/send-email.ts";

/** Of one environment. Two at most run at a time, and verification mails want room beside them, below the service's 10 a second. */
export const MAILS_PER_SECOND = 4;

export const sendEmailWorker = worker(
  SendEmail,
  {
    ports: {
      commands: (boot) => openCommands(boot),
      mailer: ({ env, clock }) => resendClient({ api_url: env("RESEND_API_URL"), api_key: env("RESEND_API_KEY"), clock, per_second: MAILS_PER_SECOND }),
      letterhead: ({ env }) => ({ from: env("MAIL_FROM") }),
    },
    on: [when(MailOrdered, ({ email_log_id }) => ({ email_log_id }))],
    parallel: 2,
  },
  (ctx, order) => sendEmail(ctx, order),
);
export const handler = jobOnLambda(sendEmailWorker);
