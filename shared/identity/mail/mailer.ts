import type { Outcome } from "../../kernel/outcome.ts";

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Hands mails to the outside service; the same key within a day sends once. */
export interface Mailer {
  send(mail: Mail, idempotency_key: string): Promise<Outcome<unknown>>;
}

/** What every mail of this deployment has in common. */
export interface Letterhead {
  /** `Name <address>` of a verified domain. */
  readonly from: string;
  /** Where the pages are that a mail's link opens, without a slash at the end. */
  readonly public_url: string;
}
