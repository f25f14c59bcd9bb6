import type { ScheduleState } from "../schedules/schedules.ts";
import { messageOf } from "../refusal.ts";
import { type Html, html } from "./html.ts";
import { dataTable, sendPage, time } from "./page.ts";
import type { Visit } from "./visit.ts";

const runForm = (id: string): Html =>
  html`<form class="inline" method="post" action="/console/schedules/run">
    <input type="hidden" name="id" value="${id}" />
    <label>As if it were (UTC)<input type="datetime-local" name="at" /></label>
    <button>Run now<span class="skip"> ${id}</span></button>
  </form>`;

const row = (schedule: ScheduleState): (Html | string)[] => [
  html`${schedule.id}${schedule.enabled ? "" : html` <span class="quiet">(disabled)</span>`}`,
  html`<code>${schedule.expression}</code>${schedule.timezone === "UTC" ? "" : html`<br />${schedule.timezone}`}`,
  time(schedule.next_run),
  html`${time(schedule.last_run)}${schedule.last_error ? html`<br /><span class="bad">${schedule.last_error}</span>` : ""}`,
  schedule.targets.join(", "),
  runForm(schedule.id),
];

export const schedulesPage = ({ response, query, console }: Visit): void => {
  const [ran, failed] = [query.get("ran"), query.get("failed")];
  const notice = ran ? html`<p class="notice" role="status">${ran} ran.</p>` : failed ? html`<p class="notice bad" role="alert">${failed}</p>` : "";
  const columns = ["Schedule", "When", "Next", "Last", "Target", "Run"].map((name) => ({ name }));
  sendPage(
    response,
    "/console/schedules",
    "Schedules",
    html`${notice}${dataTable("Schedules", columns, console.schedules.list().map(row), "The templates have no schedules.")}`,
  );
};

/** Runs one schedule, and leads back to the list with the outcome. */
export const runNow = async ({ response, form, console }: Visit): Promise<void> => {
  const [id, at] = [form.get("id") ?? "", form.get("at") ?? ""];
  const when = at === "" ? undefined : new Date(`${at}Z`);
  const outcome =
    when && Number.isNaN(when.getTime())
      ? { failed: `${at} is no time; write it as 2026-11-20T06:00.` }
      : await console.schedules.run(id, when).then(
          () => ({ ran: id }),
          (error: unknown) => ({ failed: messageOf(error) }),
        );
  response.writeHead(303, { location: `/console/schedules?${new URLSearchParams(outcome as Record<string, string>)}` }).end();
};
