import { escape, html } from "./html.ts";
import { dataTable, notFoundPage, send, sendPage, time } from "./page.ts";
import type { Mail, Visit } from "./visit.ts";

const columns = ["Subject", "To", "Sent"].map((name) => ({ name }));

const recipients = ({ to }: Mail): string => (typeof to === "string" ? to : to.join(", "));

const mailsOf = async ({ console }: Visit): Promise<readonly Mail[]> => (await console.mails?.()) ?? [];

export const mailsPage = async (visit: Visit): Promise<void> => {
  const mails = (await mailsOf(visit)).toSorted((a, b) => (a.created_at > b.created_at ? -1 : 1));
  const rows = mails.map((mail) => [html`<a href="/console/mail/${encodeURIComponent(mail.id)}">${mail.subject}</a>`, recipients(mail), time(mail.created_at)]);
  sendPage(
    visit.response,
    "/console/mail",
    "Mail",
    html`<p class="quiet">The sandbox keeps what would have been sent.</p>
      ${dataTable("Mails", columns, rows, "No mail has been sent yet.")}`,
  );
};

export const mailPage = async (visit: Visit): Promise<void> => {
  const mail = (await mailsOf(visit)).find(({ id }) => id === visit.name);
  if (!mail) return notFoundPage(visit.response);
  sendPage(
    visit.response,
    "/console/mail",
    mail.subject,
    html`<dl>
        <dt>From</dt>
        <dd>${mail.from}</dd>
        <dt>To</dt>
        <dd>${recipients(mail)}</dd>
        <dt>Sent</dt>
        <dd>${time(mail.created_at)}</dd>
      </dl>
      ${mail.html ? html`<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/console/mail-body/${encodeURIComponent(mail.id)}"></iframe>` : ""}
      ${
        mail.text
          ? html`<h2>As text</h2>
              <pre>${mail.text}</pre>`
          : ""
      }`,
  );
};

/** A mail's HTML comes from outside: it runs no script, loads nothing, and its links open in a page of their own. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; frame-ancestors 'self'";

export const mailBody = async (visit: Visit): Promise<void> => {
  const mail = (await mailsOf(visit)).find(({ id }) => id === visit.name);
  if (!mail) return notFoundPage(visit.response);
  const body = mail.html ?? `<pre>${escape(mail.text ?? "")}</pre>`;
  send(visit.response, 200, "text/html; charset=utf-8", `<!doctype html><base target="_blank">${body}`, mailPolicy);
};
