import type { ApplyMailEvent } from "../../../events/soundcloud/apply-mail-event.v1.ts";
import type { DataOf } from "../../../events/envelope.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { type Write, contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { EmailLog } from "./email-log.ts";
import { MailEvent } from "./mail-event.ts";
import { MailStatus, afterEvent } from "./mail-status.ts";
import { MailSuppression, type SuppressionReason, addressHash, afterSoftBounce } from "./mail-suppression.ts";
import { moveMail } from "./move-mail.ts";

export type ToldOfMail = DataOf<typeof ApplyMailEvent>;

/**
 * Takes in what the mail service told of a mail: its event, the mail's status and times, and how its address takes mails,
 * in one transaction, once. Events may come in any order and again. README, Mail.
 */
export const applyMailEvent = (ctx: OrgCtx, told: ToldOfMail): Promise<void> =>
  contend(async () => {
    const mail = await mailOf(ctx, told);
    const { id, event_type, at, message_id, bounce_type, bounce_subtype } = told;
    const about = mail ? { email_log_id: mail.id, object_type: mail.related_object_type, object_id: mail.related_object_id } : {};
    const meta = { ...(bounce_type === undefined ? {} : { bounce_type }), ...(bounce_subtype === undefined ? {} : { bounce_subtype }) };
    const event = MailEvent.writes.create(ctx, { org_id: ctx.org_id, id, message_id, event_type, timestamp: at, meta, ...about });
    try {
      await transact(ctx, soundcloud, [...event, ...(mail ? await consequences(ctx, mail, told) : [])], { pattern: "mail.applyEvent" });
    } catch (error) {
      // It was applied before.
      if (!isDomainError(error, "already_exists")) throw error;
    }
  });

/** The mail that was sent under this message id; none where the tags name no mail, or one with another id. */
const mailOf = async (ctx: OrgCtx, { message_key, message_id }: ToldOfMail): Promise<EmailLog | undefined> => {
  if (message_key === undefined) return undefined;
  const mail = await EmailLog.find(ctx, { org_id: ctx.org_id, id: message_key }, { consistent: true });
  return mail && (mail.resend_message_id ?? message_id) === message_id ? mail : undefined;
};

const consequences = async (ctx: OrgCtx, mail: EmailLog, told: ToldOfMail): Promise<Write[]> => {
  const happened = MailStatus.exclude(["pending"]).safeParse(told.event_type).data;
  if (!happened) return [];
  const { status, times } = afterEvent(mail, happened, told.at);
  const error = told.reason === undefined ? {} : { error: told.reason };
  const move = { status, ...times, ...(mail.resend_message_id === undefined ? { message_id: told.message_id } : {}), ...error };
  return [...(await moveMail(ctx, mail, move)), ...(await standingAfter(ctx, mail, happened, told))];
};

/** A hard bounce or a complaint suppresses the address; so does the third soft bounce within 7 days, unless a delivery came between. */
const standingAfter = async (ctx: OrgCtx, mail: EmailLog, happened: MailStatus, { at, bounce_type }: ToldOfMail): Promise<Write[]> => {
  if (!["bounced", "complained", "suppressed", "delivered"].includes(happened)) return [];
  const key = { org_id: ctx.org_id, address_hash: addressHash(mail.recipient_email) };
  const known = await MailSuppression.find(ctx, key, { consistent: true });
  if (known?.suppressed_at !== undefined) return [];
  const change = changeOf(known, happened, at, bounce_type);
  if (!change) return [];
  return known ? MailSuppression.writes.patch(ctx, known, change) : stillMissing(MailSuppression.writes.create(ctx, { ...key, ...change }));
};

interface Change {
  readonly soft_bounces?: string[];
  readonly suppressed_at?: string;
  readonly reason?: SuppressionReason;
}

const changeOf = (known: MailSuppression | undefined, happened: MailStatus, at: string, bounce_type: string | undefined): Change | undefined => {
  const bounces = known?.soft_bounces ?? [];
  if (happened === "delivered") return bounces.some((one) => one <= at) ? { soft_bounces: bounces.filter((one) => one > at) } : undefined;
  if (happened === "complained") return { suppressed_at: at, reason: "complaint" };
  if (happened === "suppressed") return { suppressed_at: at, reason: "provider" };
  if (bounce_type === "Permanent") return { suppressed_at: at, reason: "hard_bounce" };
  const { soft_bounces, suppresses } = afterSoftBounce(bounces, at);
  return { soft_bounces, ...(suppresses ? { suppressed_at: at, reason: "soft_bounces" as const } : {}) };
};
