import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { sendMail } from "../../shared/identity/mail/send-mail.ts";
import { SendMail } from "../../events/identity/send-mail.v1.ts";
import { SignUpRepeated } from "../../events/identity/sign-up-repeated.v1.ts";
import { UserInvited } from "../../events/identity/user-invited.v1.ts";
import { UserSignedUp } from "../../events/identity/user-signed-up.v1.ts";

export const sendMailWorker = worker(
  SendMail,
  {
    ports: {
      vault: (boot) => openVault(boot),
      mailer: ({ env, clock }) => resendClient({ api_url: env("RESEND_API_URL"), api_key: env("RESEND_API_KEY"), clock }),
      letterhead: ({ env }) => ({ from: env("MAIL_FROM"), public_url: env("PUBLIC_URL") }),
    },
    on: [
      when(UserSignedUp, ({ user_id }) => ({ template: "verify_email" as const, user_id })),
      when(SignUpRepeated, ({ user_id }) => ({ template: "account_exists" as const, user_id })),
      when(UserInvited, ({ invitation_id }) => ({ template: "invitation" as const, invitation_id })),
    ],
  },
  (ctx, order) => sendMail(ctx, order),
);
export const handler = jobOnLambda(sendMailWorker);
