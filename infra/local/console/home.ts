import { html } from "./html.ts";
import { sendPage } from "./page.ts";
import type { Visit } from "./visit.ts";

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** The overview: what runs here and where to look at it. */
export const homePage = ({ response, console }: Visit): void => {
  const queues = console.queues();
  const dead = new Set(queues.map(({ dead_letters }) => dead_letters));
  const failed = queues.filter(({ name }) => dead.has(name)).reduce((sum, { ready }) => sum + ready, 0);
  const errors = [...console.functions.values()].reduce((sum, { counts }) => sum + counts.errors, 0);
  const cards = [
    ["/docs", "API reference", `${count(console.routes.length, "route")}, to read and to try`],
    ["/console/mail", "Mail", "Every mail that was sent, and none of them left this machine"],
    ["/console/schedules", "Schedules", `${count(console.schedules.list().length, "schedule")}; run one now`],
    ["/console/queues", "Queues", `${count(queues.length, "queue")}; ${count(failed, "message")} in dead-letter queues`],
    ["/console/tables", "Tables", `${count(console.tables.length, "table")}; look up items by key`],
    ["/console/functions", "Functions", `${count(console.functions.size, "function")}; ${count(errors, "error")} since the start`],
    ["/openapi.json", "OpenAPI document", "For client generators"],
  ] as const;
  sendPage(
    response,
    "/",
    "Groundswell on this machine",
    html`<p class="quiet">The same templates that are deployed to AWS, run here. The API answers at <code>${console.base_url}</code>.</p>
      <ul class="cards">
        ${cards.map(
          ([path, name, text]) =>
            html`<li>
              <a href="${path}">${name}</a>
              <p>${text}</p>
            </li>`,
        )}
      </ul>`,
  );
};
