import * as z from "zod";

/** What becomes of a mail, over all tables. README, Mail. */
export const MailStatus = z.enum(["pending", "sent", "delivered", "opened", "clicked", "failed", "suppressed", "bounced", "complained"]);
export type MailStatus = z.output<typeof MailStatus>;
/** What the log of automations shows of it. */
export const AutomationStatus = z.enum(["sent", "delivered", "opened", "clicked", "bounced", "failed"]);
export type AutomationStatus = z.output<typeof AutomationStatus>;

const ranks: Readonly<Record<MailStatus, number>> = {
  pending: 0,
  sent: 1,
  delivered: 2,
  opened: 3,
  clicked: 4,
  failed: 5,
  suppressed: 6,
  bounced: 7,
  complained: 8,
};

/** A status never goes back: the states that a mail may still come to. */
export const laterThan = (status: MailStatus): MailStatus[] => MailStatus.options.filter((other) => ranks[other] > ranks[status]);
export const outranks = (one: MailStatus, other: MailStatus): boolean => ranks[one] > ranks[other];

/** Nothing while the mail waits; a complaint counts as a bounce, a mail held back as failed. */
export const automationStatusOf = (status: MailStatus): AutomationStatus | undefined => {
  if (status === "pending") return undefined;
  if (status === "complained") return "bounced";
  return status === "suppressed" ? "failed" : status;
};

/** The timestamps that a mail keeps, by the status that each tells of. */
export const timestampOf = {
  sent: "sent_at",
  delivered: "delivered_at",
  opened: "opened_at",
  clicked: "clicked_at",
  bounced: "bounced_at",
  complained: "complained_at",
  failed: "failed_at",
} as const;
type Timestamp = (typeof timestampOf)[keyof typeof timestampOf];
export type MailTimes = { readonly [T in Timestamp]?: string | undefined };

/** The status after an event, and its timestamp when it is the earliest of its kind. */
export const afterEvent = (mail: MailTimes & { readonly status: MailStatus }, happened: MailStatus, at: string): { status: MailStatus; times: MailTimes } => {
  const field = happened in timestampOf ? timestampOf[happened as keyof typeof timestampOf] : undefined;
  const known = field && mail[field];
  const times = field && (known === undefined || at < known) ? { [field]: at } : {};
  return { status: outranks(happened, mail.status) ? happened : mail.status, times };
};
