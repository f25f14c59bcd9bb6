import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { AutomationHealth, afterRun } from "./automation-health.ts";
import { AutomationLog } from "./automation-log.ts";
import { EmailLog } from "./email-log.ts";
import { type MailStatus, type MailTimes, automationStatusOf } from "./mail-status.ts";
import { Trigger, triggers } from "./trigger.ts";

export interface Move extends MailTimes {
  readonly status: MailStatus;
  readonly message_id?: string | undefined;
  readonly error?: string | undefined;
  /** The hand-over ended with it. */
  readonly ended_at?: string;
}

const automationPatch = ({ status, message_id, error, failed_at: _, complained_at: __, ended_at: ___, ...times }: Move) => {
  const shown = automationStatusOf(status);
  return {
    mail_status: status,
    ...(shown === undefined ? {} : { status: shown }),
    ...times,
    ...(message_id === undefined ? {} : { provider_message_id: message_id }),
    ...(error === undefined ? {} : { error_message: error }),
  };
};

/** The writes that move a mail and the automation's log of it together, under the version of `mail`; a status that is the same adds no history. */
export const moveMail = async (ctx: OrgCtx, mail: EmailLog, move: Move): Promise<Write[]> => {
  const { status, message_id, error, ...times } = move;
  const patch = {
    ...times,
    ...(message_id === undefined ? {} : { resend_message_id: message_id }),
    ...(error === undefined ? {} : { error_message: error }),
  };
  const automation = await AutomationLog.find(ctx, { org_id: mail.org_id, id: mail.id }, { consistent: true });
  return [
    ...(status === mail.status ? EmailLog.writes.patch(ctx, mail, patch) : EmailLog.writes.transition(ctx, mail, status, { patch })),
    ...(automation ? AutomationLog.writes.patch(ctx, automation, automationPatch(move)) : []),
  ];
};

/** The write that counts a run of the mail's automation; none for a mail that nothing triggered. */
export const countRun = async (ctx: OrgCtx, { metadata }: EmailLog, error?: string): Promise<Write[]> => {
  const trigger = Trigger.safeParse(metadata["trigger"]).data;
  const key = trigger && { org_id: ctx.org_id, automation_name: triggers[trigger].automation };
  const health = key && (await AutomationHealth.find(ctx, key, { consistent: true }));
  return health ? AutomationHealth.writes.patch(ctx, health, afterRun(health, ctx.clock.now(), error)) : [];
};
