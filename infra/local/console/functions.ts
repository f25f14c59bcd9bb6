import { html } from "./html.ts";
import { dataTable, notFoundPage, sendPage } from "./page.ts";
import type { Visit } from "./visit.ts";

const columns = [
  { name: "Function" },
  { name: "Invocations", number: true },
  { name: "Errors", number: true },
  { name: "Running", number: true },
  { name: "Environments", number: true },
  { name: "Timeout, s", number: true },
] as const;

export const functionsPage = ({ response, console }: Visit): void => {
  const rows = [...console.functions.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, counts, timeout_ms }) => [
      html`<a href="/console/functions/${encodeURIComponent(name)}">${name}</a>`,
      counts.invocations,
      counts.errors > 0 ? html`<span class="bad">${counts.errors}</span>` : 0,
      counts.running,
      counts.environments,
      timeout_ms / 1000,
    ]);
  sendPage(response, "/console/functions", "Functions", dataTable("Functions", columns, rows, "The templates have no functions."));
};

export const functionPage = ({ response, name, console }: Visit): void => {
  const found = [...console.functions.values()].find((one) => one.name === name);
  if (!found) return notFoundPage(response);
  const lines = found.last_lines.toReversed();
  sendPage(
    response,
    "/console/functions",
    name,
    html`<p class="quiet">${found.counts.invocations} invocations, ${found.counts.errors} errors since the start.</p>
      <h2>Last lines, newest first</h2>
      ${lines.length === 0 ? html`<p class="quiet">It has written nothing yet.</p>` : html`<pre>${lines.join("\n")}</pre>`}`,
  );
};
