import { oneLine } from "../../mail/one-line.ts";

/** A mail before it has a sender. Every value in the HTML is escaped; subjects hold no line breaks. */
export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail asks for: one link, with the token behind `#` so that no server on the way logs it, and the bare token. */
interface Letter {
  readonly subject: string;
  readonly lines: readonly string[];
  readonly link: { readonly label: string; readonly url: string };
  readonly token: string;
  readonly closing: string;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
/** Names come from users: nothing in them that mail programs turn into a link of its own. */
const plain = (name: string): string =>
  oneLine(name)
    .replaceAll(/:\/\/|www\./gi, " ")
    .trim();

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

const render = ({ subject, lines, link, token, closing }: Letter): Content => ({
  subject,
  text: [...lines, `${link.label}: ${link.url}`, `Or use this code: ${token}`, closing].join("\n\n"),
  html: [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>',
    escapeHtml(subject),
    '</title><body style="font-family:sans-serif;line-height:1.5;max-width:36rem">',
    ...lines.map(paragraph),
    `<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>`,
    `<p>Or use this code:<br><code>${escapeHtml(token)}</code></p>`,
    paragraph(closing),
    "</body></html>",
  ].join(""),
});

const linkTo = (public_url: string, page: string, token: string): string => `${public_url}/${page}#token=${token}`;

export const verifyEmailMail = ({ public_url, token }: { public_url: string; token: string }): Content =>
  render({
    subject: "Verify your e-mail address",
    lines: ["Welcome to Groundswell.", "Confirm that this address is yours. The link works for two days."],
    link: { label: "Verify the address", url: linkTo(public_url, "verify-email", token) },
    token,
    closing: "If you did not sign up, ignore this mail: without the link the account stays shut.",
  });

export const accountExistsMail = ({ public_url, token }: { public_url: string; token: string }): Content =>
  render({
    subject: "You have an account already",
    lines: [
      "Somebody, probably you, signed up to Groundswell with this address, which has an account. Nothing was changed.",
      "If you forgot the password or never finished signing up, choose a password. The link works for one hour.",
    ],
    link: { label: "Choose a password", url: linkTo(public_url, "reset-password", token) },
    token,
    closing: "If it was not you, there is nothing to do.",
  });

export const resetPasswordMail = ({ public_url, token }: { public_url: string; token: string }): Content =>
  render({
    subject: "Choose a new password",
    lines: ["Somebody, probably you, asked for a new Groundswell password for this address. The link works for one hour; using it signs you out everywhere."],
    link: { label: "Choose a new password", url: linkTo(public_url, "reset-password", token) },
    token,
    closing: "If it was not you, ignore this mail: your password stays as it is.",
  });

export const invitationMail = ({ public_url, token, org, inviter }: { public_url: string; token: string; org: string; inviter: string | undefined }): Content =>
  render({
    subject: `Invitation to ${plain(org)}`,
    lines: [
      `${inviter ? plain(inviter) : "An owner"} invites you to join ${plain(org)} on Groundswell.`,
      "Sign up or sign in with this very address, then accept. The link works for seven days.",
    ],
    link: { label: "Accept the invitation", url: linkTo(public_url, "accept-invitation", token) },
    token,
    closing: "If you do not know them, ignore this mail.",
  });
