import type { Queue, QueueDepth } from "../provision/queues.ts";
import { type Html, html } from "./html.ts";
import { dataTable, json, notFoundPage, sendPage, time } from "./page.ts";
import type { Visit } from "./visit.ts";

const SHOWN = 50;

type State = Queue & QueueDepth;

/** The queues whose failed messages end in this one. */
const sourcesOf = (all: readonly State[], name: string): State[] => all.filter(({ dead_letters }) => dead_letters === name);

const redriveForm = (name: string): Html =>
  html`<form method="post" action="/console/queues/redrive">
    <input type="hidden" name="queue" value="${name}" /><button>Redrive<span class="skip"> ${name}</span></button>
  </form>`;

const row =
  (all: readonly State[]) =>
  ({ name, ready, delayed, in_flight, dead_letters }: State): (Html | string | number)[] => {
    const isDead = sourcesOf(all, name).length > 0;
    return [
      html`<a href="/console/queues/${encodeURIComponent(name)}">${name}</a>`,
      isDead && ready > 0 ? html`<span class="bad">${ready}</span>` : ready,
      delayed,
      in_flight,
      dead_letters ?? (isDead ? html`<span class="quiet">is one</span>` : "–"),
      isDead && ready > 0 ? redriveForm(name) : "",
    ];
  };

export const queuesPage = ({ response, query, console }: Visit): void => {
  const all = console.queues();
  const moved = query.get("moved");
  const columns = [
    { name: "Queue" },
    { name: "Waiting", number: true },
    { name: "Delayed", number: true },
    { name: "In flight", number: true },
    { name: "Dead letters" },
    { name: "" },
  ] as const;
  const notice = moved === null ? "" : html`<p class="notice" role="status">${Number(moved)} messages were moved back to their queue.</p>`;
  sendPage(response, "/console/queues", "Queues", html`${notice}${dataTable("Queues", columns, all.map(row(all)), "The templates have no queues.")}`);
};

const bodyOf = (text: string): Html => {
  try {
    return json(JSON.parse(text));
  } catch {
    return html`<pre>${text}</pre>`;
  }
};

/** One queue with its first messages, which stay where they are. */
export const queuePage = (visit: Visit): void => {
  const { response, name, console } = visit;
  const all = console.queues();
  const queue = all.find((one) => one.name === name);
  const found = console.messages.messages.inspectQueue(name)?.messages;
  if (!queue || !found) return notFoundPage(response);
  const messages = [...found.ready, ...found.delayed, ...found.inflight.map(({ message }) => message)].slice(0, SHOWN);
  sendPage(
    response,
    "/console/queues",
    name,
    html`<p class="quiet">
        ${queue.ready} waiting, ${queue.delayed} delayed, ${queue.in_flight} in
        flight.${queue.dead_letters ? ` Messages that fail too often go to ${queue.dead_letters}.` : ""}
      </p>
      ${sourcesOf(all, name).length > 0 && queue.ready > 0 ? redriveForm(name) : ""}
      ${messages.map(
        ({ messageId, body, sentTimestamp, approximateReceiveCount }) =>
          html`<h2>${messageId}</h2>
            <p class="quiet">Sent ${time(new Date(sentTimestamp))}, received ${approximateReceiveCount} times.</p>
            ${bodyOf(body)}`,
      )}
      ${messages.length === 0 ? html`<p class="quiet">The queue is empty.</p>` : ""}`,
  );
};

/** Moves what waits in a dead-letter queue back to the queue it came from, to be tried again. */
export const redrive = ({ response, form, console }: Visit): void => {
  const name = form.get("queue") ?? "";
  const [source] = sourcesOf(console.queues(), name);
  if (!source) return notFoundPage(response);
  const store = console.messages.messages;
  const [from, to] = [store.getQueueByName(name)!, store.getQueueByName(source.name)!];
  const count = from.inspectMessages().ready.length;
  for (let moved = 0; moved < count;) {
    const batch = from.dequeue(Math.min(10, count - moved), 60);
    if (batch.length === 0) break;
    for (const { ReceiptHandle } of batch) {
      const { message } = from.inspectMessages().inflight.find(({ receiptHandle }) => receiptHandle === ReceiptHandle)!;
      from.deleteMessage(ReceiptHandle);
      to.enqueue({ ...message, approximateReceiveCount: 0 });
    }
    moved += batch.length;
  }
  response.writeHead(303, { location: `/console/queues?moved=${count}` }).end();
};
