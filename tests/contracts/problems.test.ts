import { describe, expect, it } from "vitest";
import { platforms } from "../../infra/platforms.ts";
import { openApiDocument } from "../../scripts/golden/openapi.ts";
import { GENERAL_PROBLEMS } from "../../shared/kernel/http/general-problems.ts";
import { loadedBy, sources } from "../architecture/sources.ts";

/** Codes that the kernel throws and that are no route's general problem, each with the reason. */
const APART: Readonly<Record<string, string>> = {
  already_exists: "an entity's own, declared by the routes that create it",
  invalid_transition: "an entity's own, declared by the routes that move its state",
  event_too_large: "a fault of ours: the fields of an event are bounded",
  command_too_large: "a fault of ours: the fields of a command are bounded",
  file_too_large: "an import's own, declared by the route that announces a file",
  not_uploaded: "an import's own, declared by the route that starts it",
  size_mismatch: "an import's own, declared by the route that starts it",
  method_not_allowed: "answered where no route matches",
};

interface Thrown {
  readonly kind: string;
  readonly code: string;
  readonly path: string;
}

const MAKERS: Readonly<Record<string, string>> = { conflict: "conflict", unprocessable: "unprocessable", forbidden: "forbidden" };

/** The constructions of a source with a code that is written out; `made` counts all constructions of errors. */
const thrownIn = (path: string, code: string): { thrown: Thrown[]; made: number } => {
  const thrown: Thrown[] = [];
  for (const [, kind, named] of code.matchAll(/new DomainError\(\s*"(\w+)",\s*"(\w+)"/g)) thrown.push({ kind: kind!, code: named!, path });
  for (const [, maker, named] of code.matchAll(/\b(conflict|unprocessable|forbidden)\(\s*(?:"(\w+)"|`[^`]*`)/g))
    thrown.push({ kind: MAKERS[maker!]!, code: named ?? "<unique>_taken", path });
  for (const [, named] of code.matchAll(/\binvalid\(\s*\[[^\]]*\],\s*"(\w+)"/g)) thrown.push({ kind: "invalid", code: named!, path });
  return { thrown, made: [...code.matchAll(/new DomainError\(|\b(?:conflict|unprocessable|forbidden)\((?=\s*["`])|\binvalid\(\s*\[[^\]]*\],\s*"/g)].length };
};

const apis = platforms.flatMap(({ platform }) =>
  Object.entries(platform.lambdas).flatMap(([name, { trigger }]) => (trigger === "api" ? [`functions/${platform.id}/${name}.api.ts`] : [])),
);
const loaded = new Set(apis.flatMap((path) => [...loadedBy(path)]));
const kernel = sources.filter(({ path }) => path.startsWith("shared/kernel/") && path !== "shared/kernel/errors.ts" && loaded.has(path));
const scanned = kernel.map(({ path, code }) => thrownIn(path, code));
const thrown = scanned.flatMap((one) => one.thrown).filter(({ code }) => code !== "<unique>_taken");

describe("what the kernel throws on the way of a request", () => {
  it("is found by this test, whatever it is written like", () => {
    expect(thrown.length).toBeGreaterThan(15);
    expect(scanned.map(({ made }) => made)).toEqual(scanned.map((one) => one.thrown.length));
  });
  it("is a general problem of the reference, of the same kind", () => {
    const known = new Set(GENERAL_PROBLEMS.map(({ kind, code }) => `${kind} ${code}`));
    expect(thrown.filter(({ kind, code }) => !known.has(`${kind} ${code}`) && APART[code] === undefined)).toEqual([]);
  });
  it("is what is set apart, and nothing else is", () => {
    expect(Object.keys(APART).filter((code) => !thrown.some((one) => one.code === code))).toEqual(["method_not_allowed"]);
  });
});

describe("the reference", () => {
  const answers = platforms.flatMap(({ platform }) => {
    const { paths } = openApiDocument(platform) as { paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>> };
    return Object.values(platform.lambdas).flatMap((lambda) =>
      lambda.trigger === "api"
        ? Object.values(lambda.resource.routes).map((route) => ({
            route,
            access: lambda.access,
            responses: paths[route.path]![route.method.toLowerCase()]!.responses,
          }))
        : [],
    );
  });

  it("tells of each operation every general problem that it can answer, and an unforeseen one", () => {
    for (const { route, access, responses } of answers) {
      const text = Object.values(responses)
        .map(({ description }) => description)
        .join(" ");
      const missing = [...GENERAL_PROBLEMS.filter(({ applies }) => applies(route, access)).map(({ code }) => code), "internal_error"].filter(
        (code) => !text.includes(`\`${code}\``),
      );
      expect(missing, `${route.method} ${route.path}`).toEqual([]);
    }
  });
  it("tells of lost replies and of time that ran out", () => {
    const telling = (code: string) =>
      answers.filter(({ responses }) => Object.values(responses).some(({ description }) => description.includes(`\`${code}\``)));
    expect(telling("timed_out")).toHaveLength(answers.length);
    const replayed = answers.filter(({ route }) => "idempotent" in route && route.idempotent && route.reply.body !== null);
    expect(replayed.length).toBeGreaterThan(5);
    expect(telling("reply_lost")).toEqual(replayed);
  });
});
