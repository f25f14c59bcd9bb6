import * as z from "zod";
import { createDocument } from "zod-openapi";
import { generalProblemsOf } from "../../shared/kernel/http/general-problems.ts";
import { internalProblem, statusOf } from "../../shared/kernel/http/problem.ts";
import type { Policy, Resource, Route } from "../../shared/kernel/http/route.ts";
import type { Access, Platform } from "../../shared/kernel/lambda.ts";

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "Names the field, the rule and the remedy." }),
    code: z.string().meta({ description: "Stable; branch on this." }),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem document; `errors` lists everything wrong at once." });

const policyText = (policy: Policy): string => {
  switch (policy.kind) {
    case "public":
      return "Open to anyone.";
    case "signed_in":
      return "Needs a user session.";
    case "org_owner":
      return "Needs an owner of the active org.";
    case "any_member":
      return "Needs a member of the active org.";
    case "roles":
      return `Needs a ${policy.platform} role in the active org: ${Object.entries(policy.grants)
        .map(([role, grant]) => `${role} (${grant === "all" ? "everything" : "own items"})`)
        .join(", ")}.`;
  }
};

const unforeseen = internalProblem("");
const titles = new Map<number, string>([...Object.values(statusOf).map(([status, title]) => [status, title] as const), [unforeseen.status, unforeseen.title]]);

/** Every problem that a route can answer, by status: the general ones, the unforeseen, and those that it declares. */
const problemsOf = (route: Route, access: Access): Map<number, string[]> => {
  const found = new Map<number, string[]>();
  const add = (status: number, code: string, when: string) => found.set(status, [...(found.get(status) ?? []), `\`${code}\`: ${when}`]);
  for (const { status, code, when } of generalProblemsOf(route, access)) add(status, code, when);
  add(unforeseen.status, unforeseen.code, "report `request_id` if it persists.");
  for (const [code, { status, when }] of Object.entries(route.errors ?? {})) add(status, code, when);
  return found;
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
    ...(route.policy.kind === "public" || route.policy.kind === "signed_in"
      ? {}
      : { "X-Org-Id": z.uuid().optional().meta({ description: "The active org; API keys carry their own." }) }),
    ...(route.idempotent
      ? { "Idempotency-Key": z.string().max(255).meta({ description: "New for each new request; a repeat gets the same reply for 7 days." }) }
      : {}),
    ...(route.if_match ? { "If-Match": z.string().meta({ description: "The item's ETag as last read.", example: '"3"' }) } : {}),
  };
  return {
    ...(route.params ? { path: route.params } : {}),
    ...(Object.keys(query).length > 0 ? { query: z.object(query as z.ZodRawShape) } : {}),
    ...(Object.keys(header).length > 0 ? { header: z.object(header) } : {}),
  };
};

const successOf = (route: Route) => {
  const { status, body } = route.reply;
  if (body === null) return { [String(status)]: { description: "Done; no content." } };
  const schema = route.list ? z.object({ items: z.array(body), next_cursor: z.string().nullable() }) : body;
  const example = route.example?.reply === undefined ? {} : { example: route.list ? { items: [route.example.reply], next_cursor: null } : route.example.reply };
  return {
    [String(status)]: {
      description: status === 202 ? "Accepted; progress is on the item." : "Success.",
      content: { "application/json": { schema, ...example } },
    },
  };
};

const operationOf = (name: string, resource: Resource, route: Route, access: Access) => ({
  operationId: `${resource.platform}_${name}`,
  summary: route.summary,
  description: [route.description, policyText(route.policy)].filter(Boolean).join("\n\n"),
  tags: [`${resource.platform}: ${resource.name}`],
  security: route.policy.kind === "public" ? [] : [{ bearer: [] }],
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
    ...Object.fromEntries(
      [...problemsOf(route, access)]
        .toSorted(([a], [b]) => a - b)
        .map(([status, texts]) => [
          String(status),
          { description: `${titles.get(status) ?? "Refused"}. ${texts.join(" ")}`, content: { "application/problem+json": { schema: Problem } } },
        ]),
    ),
  },
});

/** The OpenAPI 3.1 document of a platform, from its declarations alone. */
export const openApiDocument = ({ id, lambdas }: Platform): object => {
  const apis = Object.values(lambdas).filter((lambda) => lambda.trigger === "api");
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { resource, access } of apis)
    for (const [name, route] of Object.entries(resource.routes))
      (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(name, resource, route, access);
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: `Groundswell: ${id}`,
      version: "1.0.0",
      description:
        "Generated by npm run golden; run it after changing a route. Errors are RFC 9457 problems. Money is a decimal string, times are RFC 3339 UTC, ids are UUID version 7.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: apis.map(({ resource }) => ({ name: `${resource.platform}: ${resource.name}`, description: resource.about })),
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "An access token or an API key." } } },
    paths: paths as never,
  });
};
