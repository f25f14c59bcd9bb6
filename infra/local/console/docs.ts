import { existsSync, readFileSync, readdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { html } from "./html.ts";
import { type OpenApi, mergeDocuments } from "./openapi.ts";
import { notFoundPage, send } from "./page.ts";
import type { Visit } from "./visit.ts";

/** Swagger UI sets styles from its script; everything still comes from this server. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".png": "image/png",
  ".json": "application/json",
};
const packaged: ReadonlySet<string> = new Set(["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-32x32.png"]);

const documentsOf = ({ console }: Visit): Map<string, OpenApi> => {
  const folder = console.openapi_dir;
  if (!folder || !existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(files.map((name) => [basename(name, ".json"), JSON.parse(readFileSync(join(folder, name), "utf8")) as OpenApi]));
};

/** All platforms in one document. */
export const openApiDocument = (visit: Visit): void => {
  send(visit.response, 200, "application/json", JSON.stringify(mergeDocuments(documentsOf(visit))));
};

/** The reference of every platform, one at a time, chosen at the top. */
export const docsPage = ({ response }: Visit): void => {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API reference · Groundswell, local cloud</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css" />
        <link rel="icon" href="/docs/favicon-32x32.png" />
      </head>
      <body>
        <div id="reference">
          <noscript>The API reference needs JavaScript; the document itself is <a href="/openapi.json">/openapi.json</a>.</noscript>
        </div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/swagger-ui-standalone-preset.js"></script>
        <script src="/docs/start.js"></script>
      </body>
    </html> `;
  send(response, 200, "text/html; charset=utf-8", page.markup, docsPolicy);
};

const startScript = (visit: Visit): string => {
  const urls = [...documentsOf(visit).keys()].map((name) => ({ name, url: `/docs/${name}.json` }));
  const settings = {
    dom_id: "#reference",
    deepLinking: true,
    persistAuthorization: true,
    validatorUrl: null,
    layout: "StandaloneLayout",
    ...(urls.length > 0 ? { urls } : { url: "/openapi.json" }),
  };
  return `SwaggerUIBundle({ ...${JSON.stringify(settings)}, presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset] });\n`;
};

/** The parts of Swagger UI, from its package, and the documents. */
export const docsFile = (visit: Visit): void => {
  const { name, response } = visit;
  const type = types[extname(name)] ?? "application/octet-stream";
  if (name === "start.js") return send(response, 200, type, startScript(visit));
  if (packaged.has(name)) return send(response, 200, type, readFileSync(join(dirname(findPackageJSON("swagger-ui-dist", import.meta.url)!), name)));
  const document = documentsOf(visit).get(basename(name, ".json"));
  if (!document) return notFoundPage(response);
  send(response, 200, type, JSON.stringify(document));
};
