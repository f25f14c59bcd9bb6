import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { platforms } from "../../infra/platforms.ts";
import { FALLBACK, nameIn } from "../../infra/names.ts";
import { stageNamed } from "../../infra/stage.ts";
import { openApiDocument } from "../../scripts/golden/openapi.ts";
import { resourcesOf } from "../../scripts/golden.ts";
import { fallback } from "../../shared/kernel/http/fallback.ts";
import type { Resource } from "../../shared/kernel/http/route.ts";
import { type Synthesized, synthesize } from "../infra/synthesized.ts";
import { figures } from "../support/figures.ts";
import { loadApis, root } from "../support/matrix/operations.ts";

const keysOf = (resources: readonly Resource[]): string[] =>
  resources.flatMap(({ routes }) => Object.values(routes).map(({ method, path }) => `${method} ${path}`)).toSorted();
const declared = keysOf(platforms.flatMap(({ platform }) => resourcesOf(platform)));

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: object; readonly security: unknown[] }>>>
  >;
}
const routesOf = ({ paths }: OpenApi): string[] =>
  Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));

describe("the same routes everywhere", () => {
  it("are declared once each", () => {
    expect(declared.filter((key, at) => declared.indexOf(key) !== at)).toEqual([]);
    expect(declared.length).toBeGreaterThan(50);
  });
  it("are bound to use cases", async () => {
    expect(keysOf((await loadApis()).map(({ resource }) => resource))).toEqual(declared);
  });
  it.each(platforms.map(({ platform }) => platform))("are the resources that the fallback of $id knows", async (platform) => {
    const lists = Object.values((await import(join(root, `functions/${platform.id}/resources.ts`))) as Record<string, readonly Resource[]>);
    expect(keysOf(lists.flat())).toEqual(keysOf(resourcesOf(platform)));
  });
  it.each(platforms.map(({ platform }) => platform))("of $id are in its reference below docs/openapi", (platform) => {
    const resources = resourcesOf(platform);
    const document = JSON.parse(readFileSync(join(root, `docs/openapi/${platform.id}.json`), "utf8")) as OpenApi;
    expect(routesOf(document).toSorted()).toEqual(keysOf(resources));
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(platform))));
  });

  describe("are in the templates", () => {
    const stage = stageNamed("prod");
    const fallbacks = platforms.map(({ platform }) => nameIn(stage, platform.id, FALLBACK));
    /** Routes that nobody declares, with the functions that each may lead to. */
    const others = new Map<string, readonly string[]>([
      ["$default", fallbacks],
      ...platforms.flatMap(({ platform }, at) => [`ANY /${platform.id}`, `ANY /${platform.id}/{proxy+}`].map((key) => [key, [fallbacks[at]!]] as const)),
    ]);
    let synthesized: Synthesized;
    let routes: readonly { readonly key: string; readonly stack: string; readonly target: unknown }[];
    beforeAll(() => {
      synthesized = synthesize(stage, platforms);
      routes = synthesized
        .all("AWS::ApiGatewayV2::Route")
        .map(({ stack, Properties }) => ({ stack, key: Properties["RouteKey"] as string, target: Properties["Target"] as unknown }));
    });
    /** The name of the function whose integration a route's target names. */
    const functionBehind = (stack: string, target: unknown): unknown => {
      const { resources } = synthesized.stack(stack);
      const [, integration] = /^\{"Fn::Join":\["",\["integrations\/",\{"Ref":"(\w+)"\}\]\]\}$/.exec(JSON.stringify(target)) ?? [];
      const uri = resources[integration!]?.Properties["IntegrationUri"] as { readonly "Fn::GetAtt": readonly [string, "Arn"] };
      return resources[uri["Fn::GetAtt"][0]]?.Properties["FunctionName"];
    };
    it("one for one, and besides them only what answers everything else", () => {
      expect(routes.map(({ key }) => key).toSorted()).toEqual([...declared, ...others.keys()].toSorted());
    });
    it("what answers everything else is the fallback of a platform, and answers nothing that is declared", () => {
      for (const { key, stack, target } of routes) {
        const asked = others.get(key);
        if (asked) expect(asked, key).toContain(functionBehind(stack, target));
        else expect(functionBehind(stack, target), key).not.toMatch(/-fallback$/);
      }
    });
  });
});

describe("what is not declared", () => {
  const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "TRACK", "CONNECT", "OPTIONS", "HEAD", "PROPFIND", "DEBUG", "get", "X"];
  const resources = platforms.flatMap(({ platform }) => resourcesOf(platform));
  const answer = fallback(resources);
  const ask = (method: string, rawPath: string) =>
    answer({ rawPath, requestContext: { requestId: "a", http: { method } } } as unknown as Parameters<typeof answer>[0]);
  const paths = [...new Set(declared.map((key) => key.slice(key.indexOf(" ") + 1)))];

  it("is 405 with what is possible, on every path and by every other method", async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const path of paths)
      for (const method of METHODS.filter((one) => !declared.includes(`${one} ${path}`))) {
        const { statusCode, headers } = await ask(method, path);
        asked += 1;
        const missing = declared.filter((key) => key.endsWith(` ${path}`)).filter((key) => !String(headers?.["allow"]).includes(key.split(" ")[0]!));
        if (statusCode !== 405 || missing.length > 0) wrong.push(`${method} ${path}: ${statusCode} ${headers?.["allow"]}`);
      }
    expect(wrong).toEqual([]);
    figures("S24", { routes: declared.length, paths: paths.length, "other methods, all 405": asked });
  });
  it.each(["/", "/debug", "/health", "/metrics", "/version", "/.env", "/.git/config", "/openapi.json", "/docs", "/admin", "/soundcloud", "/identity/debug"])(
    "%s is 404, and no header tells what runs there",
    async (path) => {
      const { statusCode, headers } = await ask("GET", path);
      expect(statusCode).toBe(404);
      expect(Object.keys(headers ?? {}).toSorted()).toEqual(["cache-control", "content-type", "x-content-type-options", "x-request-id"]);
    },
  );
});

describe("every route", () => {
  const routes = platforms.flatMap(({ platform }) =>
    resourcesOf(platform).flatMap((resource) =>
      Object.entries(resource.routes).map(([name, route]) => ({ id: `${platform.id}.${name}`, platform: platform.id, route })),
    ),
  );

  it.each(routes)("$id keeps to the house's form", ({ platform, route }) => {
    expect(route.path).toMatch(new RegExp(`^/${platform}(/([a-z0-9]+(-[a-z0-9]+)*|\\{[a-z]+(_[a-z]+)*\\}))+$`));
    expect(route.summary).toMatch(/^[A-Z].*[^.]$/);
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
    expect(Object.keys(route.params?.shape ?? {}).toSorted()).toEqual(names.toSorted());
    if (route.method === "PATCH" || route.method === "DELETE") expect(route.if_match ?? false, "PATCH and DELETE need If-Match.").toBe(true);
    if (route.policy.kind === "signed") {
      expect([route.method, route.reply, route.idempotent], "A signed route answers each delivery alike.").toEqual([
        "POST",
        { status: 204, body: null },
        undefined,
      ]);
      expect(names.includes("org_id"), "The path names the org if its secret is the org's.").toBe(route.policy.tenant === "path");
    }
    if (route.method === "GET") expect([route.body, route.idempotent, route.if_match]).toEqual([undefined, undefined, undefined]);
    if (route.reply.status === 201 && route.policy.kind !== "public") expect(route.idempotent ?? false, "What creates needs an Idempotency-Key.").toBe(true);
    for (const { status, when } of Object.values(route.errors ?? {})) expect([status >= 400 && status < 600, when.length > 5]).toEqual([true, true]);
  });
  it.each(routes.filter(({ route }) => route.body !== undefined))("$id has an example that it accepts", ({ route }) => {
    expect(route.example?.body, "Give the route example.body.").toBeDefined();
    const result = route.body!.safeParse(route.example!.body);
    expect(result.error?.issues ?? []).toEqual([]);
  });
  it.each(routes.filter(({ route }) => route.example?.reply !== undefined && route.reply.body !== null))(
    "$id has an example of a reply that it could give",
    ({ route }) => {
      expect(route.reply.body!.safeParse(route.example!.reply).error?.issues ?? []).toEqual([]);
    },
  );
});
