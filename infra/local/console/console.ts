import type { IncomingMessage, ServerResponse } from "node:http";
import type { Pages } from "../front.ts";
import { messageOf } from "../refusal.ts";
import { docsFile, docsPage, openApiDocument } from "./docs.ts";
import { functionPage, functionsPage } from "./functions.ts";
import { homePage } from "./home.ts";
import { html } from "./html.ts";
import { mailBody, mailPage, mailsPage } from "./mail.ts";
import { notFoundPage, send, sendPage } from "./page.ts";
import { queuePage, queuesPage, redrive } from "./queues.ts";
import { runNow, schedulesPage } from "./schedules.ts";
import { style } from "./style.ts";
import { tablePage, tablesPage } from "./tables.ts";
import type { ConsoleSettings, Visit } from "./visit.ts";

type Page = (visit: Visit) => Promise<void> | void;

const pages: Readonly<Record<string, Page>> = {
  "GET /": homePage,
  "GET /health": ({ response }) => send(response, 200, "application/json", JSON.stringify({ status: "ok" })),
  "GET /openapi.json": openApiDocument,
  "GET /docs": docsPage,
  "GET /docs/*": docsFile,
  "GET /console/style.css": ({ response }) => send(response, 200, "text/css; charset=utf-8", style),
  "GET /console/mail": mailsPage,
  "GET /console/mail/*": mailPage,
  "GET /console/mail-body/*": mailBody,
  "GET /console/schedules": schedulesPage,
  "POST /console/schedules/run": runNow,
  "GET /console/queues": queuesPage,
  "POST /console/queues/redrive": redrive,
  "GET /console/queues/*": queuePage,
  "GET /console/tables": tablesPage,
  "GET /console/tables/*": tablePage,
  "GET /console/functions": functionsPage,
  "GET /console/functions/*": functionPage,
};

const isOwn = (path: string): boolean => /^\/(?:console|docs)(?:\/|$)/.test(path);

/** The page of a path, exact or with its last part as a name. */
const find = (method: string, path: string): [page: Page, name: string] | undefined => {
  const exact = pages[`${method} ${path}`];
  if (exact) return [exact, ""];
  const at = path.lastIndexOf("/");
  const named = pages[`${method} ${path.slice(0, at)}/*`];
  return named && path.length > at + 1 ? [named, decodeURIComponent(path.slice(at + 1))] : undefined;
};

const FORM_LIMIT = 65_536;

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = "";
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > FORM_LIMIT) throw new RangeError("The form is too long.");
  }
  return new URLSearchParams(text);
};

/** A form on a page of another site sends that site's origin, or none. */
const isFromHere = ({ headers }: IncomingMessage): boolean => headers.origin === `http://${headers.host}`;

const failed = (response: ServerResponse, error: unknown): void =>
  sendPage(response, "", "This did not work", html`<p class="bad">${messageOf(error)}</p>`, 500);

/** The pages for people: the overview at `/`, the API reference at `/docs`, and the state of the local cloud at `/console`. */
export const makeConsole =
  (console: ConsoleSettings): Pages =>
  async (request, response, path, query) => {
    const method = request.method === "HEAD" ? "GET" : request.method!;
    const found = find(method, path);
    if (!found && !isOwn(path)) return false;
    if (!found) {
      notFoundPage(response);
      return true;
    }
    if (method === "POST" && !isFromHere(request)) {
      sendPage(response, "", "Refused", html`<p>This changes something, so it must come from a page of ${console.base_url} (header Origin).</p>`, 403);
      return true;
    }
    try {
      const [page, name] = found;
      await page({ response, name, query: new URLSearchParams(query), form: method === "POST" ? await readForm(request) : new URLSearchParams(), console });
    } catch (error) {
      failed(response, error);
    }
    return true;
  };
