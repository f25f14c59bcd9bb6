import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { DomainError, notFound } from "../errors.ts";
import { toProblem } from "./problem.ts";
import { commonHeaders, problemReply } from "./reply.ts";
import type { Resource } from "./route.ts";

/**
 * What API Gateway's `$default` route leads to: a path that some declaration knows answers 405 with Allow, any other
 * 404. Both are problems, from the same declarations that make the routes.
 */
export const fallback = (resources: readonly Resource[]): ((event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>) => {
  const methods = new Map<string, Set<string>>();
  for (const { routes } of resources)
    for (const route of Object.values(routes)) methods.set(shapeOf(route.path), (methods.get(shapeOf(route.path)) ?? new Set()).add(route.method));
  const shapes = [...methods].map(([shape, allowed]) => ({ segments: shape.split("/"), allowed }));
  return async (event) => {
    const segments = event.rawPath.split("/");
    const allowed = shapes.filter((shape) => matches(shape.segments, segments)).flatMap((shape) => [...shape.allowed]);
    const { requestId: request_id, http } = event.requestContext;
    const headers = commonHeaders(request_id);
    if (allowed.length === 0) return problemReply(toProblem(notFound("path"), request_id), headers);
    const allow = [...new Set(allowed)].toSorted().join(", ");
    const refused = new DomainError("method_not_allowed", "method_not_allowed", `${http.method} is not possible here; possible: ${allow}.`, {
      extra: { allow },
    });
    return problemReply(toProblem(refused, request_id), { ...headers, allow });
  };
};

const shapeOf = (path: string): string => path.replaceAll(/\{\w+\}/g, "{}");
const matches = (shape: readonly string[], segments: readonly string[]): boolean =>
  shape.length === segments.length && shape.every((part, i) => part === segments[i] || (part === "{}" && segments[i] !== ""));
