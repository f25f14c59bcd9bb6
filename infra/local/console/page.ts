import type { ServerResponse } from "node:http";
import { type Html, html } from "./html.ts";

const sections = [
  ["/", "Overview"],
  ["/docs", "API reference"],
  ["/console/mail", "Mail"],
  ["/console/schedules", "Schedules"],
  ["/console/queues", "Queues"],
  ["/console/tables", "Tables"],
  ["/console/functions", "Functions"],
] as const;

/** Nothing is loaded from elsewhere and no script runs. */
const strict = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

export const send = (response: ServerResponse, status: number, type: string, body: string | Buffer, policy = strict): void => {
  response
    .writeHead(status, {
      "content-type": type,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    })
    .end(body);
};

/** One page of the console. `here` is the section it belongs to. */
export const sendPage = (response: ServerResponse, here: string, title: string, body: Html, status = 200): void => {
  const links = sections.map(([path, name]) => html`<li><a href="${path}" ${path === here ? html` aria-current="page"` : ""}>${name}</a></li>`);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Groundswell, local cloud</title>
        <link rel="stylesheet" href="/console/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <div>
            <a class="name" href="/">Groundswell</a>
            <nav aria-label="Sections">
              <ul>
                ${links}
              </ul>
            </nav>
          </div>
        </header>
        <main id="content">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
  send(response, status, "text/html; charset=utf-8", page.markup);
};

export const notFoundPage = (response: ServerResponse): void =>
  sendPage(response, "", "No such page", html`<p>Nothing is here. The <a href="/">overview</a> lists what there is.</p>`, 404);

export interface Column {
  readonly name: string;
  readonly number?: true;
}
type Cell = Html | string | number | undefined;

/** A table with its headings; the first cell of a row is its heading. */
export const dataTable = (caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[], empty: string): Html => {
  if (rows.length === 0) return html`<p class="quiet">${empty}</p>`;
  const cell = (content: Cell, at: number): Html => {
    const shape = columns[at]?.number ? html` class="number"` : "";
    return at === 0 ? html`<th scope="row" ${shape}>${content}</th>` : html`<td${shape}>${content}</td>`;
  };
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map(({ name, number }) => html`<th scope="col" ${number ? html` class="number"` : ""}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
};

export const time = (at: Date | string | undefined): Html | string => {
  if (at === undefined) return "–";
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
};

export const json = (value: unknown): Html => html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
