import * as z from "zod";
import { createDocument } from "zod-openapi";
import { generalProblemsOf } from "../../shared/kernel/http/general-problems.ts";
import { internalProblem, statusOf } from "../../shared/kernel/http/problem.ts";
import type { Policy, Resource, Route } from "../../shared/kernel/http/route.ts";
import { HUB_SIGNATURE, MESSAGE_ID, TIMESTAMP } from "../../shared/kernel/http/webhook.ts";
import type { Access, Platform } from "../../shared/kernel/lambda.ts";

const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "Names the field, the rule and the remedy." }),
    code: z.string().meta({ description: "Stable; branch on this." }),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem document; `errors` lists everything wrong at once. Some codes add members of their own." });

const policyText = (policy: Policy): string => {
  switch (policy.kind) {
    case "public":
      return "Open to anyone.";
    case "signed_in":
      return "Needs a user session.";
    case "org_owner":
      return "Needs an owner of the active org.";
    case "signed":
      if (policy.headers === "x-hub")
        return `Called by ${policy.sender}, which signs the bytes of each message in the header x-hub-signature-256; the same bytes again are answered alike and change nothing.`;
      return `Called by ${policy.sender}, which signs each message after Standard Webhooks in the headers ${policy.headers}-id, ${policy.headers}-timestamp and ${policy.headers}-signature; a message that comes again is answered alike and changes nothing.`;
    case "any_member":
      return "Needs a member of the active org.";
    case "roles":
      return `Needs a ${policy.platform} role in the active org: ${Object.entries(policy.grants)
        .map(([role, grant]) => `${role} (${grant === "all" ? "everything" : "own items"})`)
        .join(", ")}.`;
  }
};

/** Refusals of one status: what each of its codes means. */
type Codes = ReadonlyMap<string, string>;

const unforeseen = internalProblem("");

/** Every problem that a route can answer, by status and code: the general ones, the unforeseen, and those that it declares. */
const problemsOf = (route: Route, access: Access): Map<number, Codes> => {
  const found = new Map<number, Map<string, string>>();
  const add = (status: number, code: string, when: string): void => {
    found.set(status, (found.get(status) ?? new Map<string, string>()).set(code, when.replace(/\.$/, "")));
  };
  for (const { status, code, when } of generalProblemsOf(route, access)) add(status, code, when);
  add(unforeseen.status, unforeseen.code, "report `request_id` if it persists");
  for (const [code, { status, when }] of Object.entries(route.errors ?? {})) add(status, code, when);
  return found;
};

const signatureHeaders = (policy: Policy): z.ZodRawShape => {
  if (policy.kind !== "signed") return {};
  const header = (name: string, schema: z.ZodString, description: string): z.ZodRawShape => ({ [`${policy.headers}-${name}`]: schema.meta({ description }) });
  if (policy.headers === "x-hub")
    return {
      "x-hub-signature-256": z.string().regex(HUB_SIGNATURE).meta({ description: "`sha256=` and the hex of an HMAC-SHA256 over the bytes of the body." }),
    };
  return {
    ...header("id", z.string().regex(MESSAGE_ID), "Names the message, the same on each delivery; 1 to 255 visible ASCII characters without a point."),
    ...header("timestamp", z.string().regex(TIMESTAMP), "When this delivery was sent, in Unix seconds; at most five minutes from now."),
    ...header("signature", z.string(), "`v1,` and the base64 of an HMAC-SHA256 over id, timestamp and body, joined by points; several are parted by spaces."),
  };
};

const parametersOf = (route: Route): { path?: z.ZodObject; query?: z.ZodObject; header?: z.ZodObject } => {
  const query = {
    ...route.query?.shape,
    ...(route.list
      ? {
          limit: z.int().min(1).max(100).default(25).meta({ description: "Items per page." }),
          cursor: z.string().optional().meta({ description: "`next_cursor` of the page before." }),
        }
      : {}),
  };
  const header = {
    ...signatureHeaders(route.policy),
    ...(route.policy.kind === "public" || route.policy.kind === "signed_in" || route.policy.kind === "signed"
      ? {}
      : { "X-Org-Id": z.uuid().optional().meta({ description: "The active org; API keys carry their own." }) }),
    ...(route.idempotent
      ? {
          "Idempotency-Key": z
            .string()
            .regex(/^[\x21-\x7e]{1,255}$/)
            .meta({ description: "New for each new request; a repeat gets the same reply for 7 days." }),
        }
      : {}),
    ...(route.if_match
      ? {
          "If-Match": z
            .string()
            .regex(/^"[1-9]\d{0,9}"$/)
            .meta({ description: "The item's ETag as last read.", example: '"3"' }),
        }
      : {}),
  };
  return {
    ...(route.params ? { path: route.params } : {}),
    ...(Object.keys(query).length > 0 ? { query: z.object(query as z.ZodRawShape) } : {}),
    ...(Object.keys(header).length > 0 ? { header: z.object(header) } : {}),
  };
};

const isVersioned = ({ list, reply: { body } }: Route): boolean => !list && body instanceof z.ZodObject && "version" in body.shape;

/** A header that the document describes once, and its operations refer to. */
const header = (schema: z.ZodString, id: string, description: string): z.ZodString => schema.meta({ header: { id }, description });

const RequestId = header(z.string(), "RequestId", "Names the request in our logs.");
const RetryAfter = header(z.string().regex(/^[1-9]\d*$/), "RetryAfter", "Seconds to wait before a repeat.");
const ETag = header(z.string().regex(/^"[1-9]\d*"$/), "ETag", "The item's version, for If-Match.");
const Location = header(z.string(), "Location", "Where the new item is.");
const Replayed = header(z.string().regex(/^true$/), "IdempotencyReplayed", "The reply is that to an earlier request.").optional();
const SignIn = header(z.string(), "WWWAuthenticate", "How to sign in.");

const successHeaders = (route: Route): z.ZodObject =>
  z.object({
    "X-Request-Id": RequestId,
    ...(isVersioned(route) ? { ETag } : {}),
    ...(route.reply.location ? { Location } : {}),
    ...(route.idempotent ? { "Idempotency-Replayed": Replayed } : {}),
  });

const failureHeaders = (status: number): z.ZodObject =>
  z.object({
    "X-Request-Id": RequestId,
    ...(status === 401 ? { "WWW-Authenticate": SignIn } : {}),
    ...(status === 429 || status === 503 ? { "Retry-After": RetryAfter } : {}),
  });

const successOf = (route: Route) => {
  const { status, body, plain } = route.reply;
  if (body === null) return { [String(status)]: { description: "Done; no content.", headers: successHeaders(route) } };
  const schema = route.list ? z.object({ items: z.array(body), next_cursor: z.string().nullable() }) : body;
  const example = route.example?.reply === undefined ? {} : { example: route.list ? { items: [route.example.reply], next_cursor: null } : route.example.reply };
  return {
    [String(status)]: {
      description: status === 202 ? "Accepted; progress is on the item." : "Success.",
      headers: successHeaders(route),
      content: { [plain ? "text/plain" : "application/json"]: { schema, ...example } },
    },
  };
};

const titles = new Map<number, string>([...Object.values(statusOf).map(([status, title]) => [status, title] as const), [unforeseen.status, unforeseen.title]]);

const failureOf = (status: number, codes: Codes) => ({
  description: `${titles.get(status) ?? "Refused"}. ${[...codes].map(([code, when]) => `\`${code}\`: ${when}.`).join(" ")}`,
  headers: failureHeaders(status),
  content: {
    "application/problem+json": {
      schema: {
        allOf: [
          { $ref: "#/components/schemas/Problem" },
          { type: "object" as const, properties: { code: { type: "string" as const, enum: [...codes.keys()] } } },
        ],
      },
    },
  },
});

const operationOf = (name: string, resource: Resource, route: Route, access: Access) => ({
  operationId: `${resource.platform}_${name}`,
  summary: route.summary,
  description: [route.description, policyText(route.policy)].filter(Boolean).join("\n\n"),
  tags: [`${resource.platform}: ${resource.name}`],
  security: route.policy.kind === "public" || route.policy.kind === "signed" ? [] : [{ bearer: [] }],
  requestParams: parametersOf(route),
  ...(route.body
    ? {
        requestBody: {
          required: true,
          content: { "application/json": { schema: route.body, ...(route.example?.body === undefined ? {} : { example: route.example.body }) } },
        },
      }
    : {}),
  responses: {
    ...successOf(route),
    ...Object.fromEntries([...problemsOf(route, access)].toSorted(([a], [b]) => a - b).map(([status, codes]) => [String(status), failureOf(status, codes)])),
  },
});

/** The least text that a schema accepts once it has trimmed it, as a pattern; undefined when it does not trim. */
const trimmedPattern = (schema: z.core.$ZodType): string | undefined => {
  if (!(schema instanceof z.ZodString)) return undefined;
  const least = schema.minLength ?? 0;
  if (least === 0) return undefined;
  const trims = (schema.def.checks ?? []).some((check) => {
    const { def } = check._zod as { def: { check: string; tx?: (text: string) => string } };
    return def.check === "overwrite" && def.tx?.(" ") === "";
  });
  if (!trims) return undefined;
  return least === 1 ? "\\S" : `\\S[\\s\\S]{${least - 2},}\\S`;
};

/** The OpenAPI 3.1 document of a platform, from its declarations alone. */
export const openApiDocument = ({ id, lambdas }: Platform): object => {
  const apis = Object.values(lambdas).filter((lambda) => lambda.trigger === "api");
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { resource, access } of apis)
    for (const [name, route] of Object.entries(resource.routes))
      (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(name, resource, route, access);
  const document: Parameters<typeof createDocument>[0] = {
    openapi: "3.1.0",
    info: {
      title: `Groundswell: ${id}`,
      version: "1.0.0",
      description:
        "Generated by npm run golden; run it after changing a route. Errors are RFC 9457 problems. Money is a decimal string, times are RFC 3339 UTC, ids are UUID version 7. Lengths of texts count UTF-16 code units; U+0000 and halves of surrogate pairs are refused everywhere.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: apis.map(({ resource }) => ({ name: `${resource.platform}: ${resource.name}`, description: resource.about })),
    components: { schemas: { Problem }, securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "An access token or an API key." } } },
    paths: paths as never,
  };
  return createDocument(document, {
    override: ({ jsonSchema, zodSchema, io }) => {
      const pattern = io === "input" ? trimmedPattern(zodSchema) : undefined;
      if (pattern !== undefined) jsonSchema.pattern ??= pattern;
      if (io === "input" && zodSchema._zod.def.type === "catch") {
        const understood = { ...jsonSchema };
        for (const name of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[name];
        Object.assign(jsonSchema, { description: "Anything but this is let pass and not looked at.", anyOf: [understood, {}] });
      }
    },
  });
};
