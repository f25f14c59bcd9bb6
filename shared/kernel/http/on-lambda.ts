import type { Boot } from "../boot.ts";
import { systemClock } from "../clock.ts";
import { environment } from "../env.ts";
import { systemIds } from "../ids.ts";
import { logger } from "../log.ts";
import { metrics } from "../metrics.ts";
import { openDatabase } from "../table/sdk.ts";
import type { Api, ApiHandler } from "./api.ts";
import type { Authenticator } from "./authenticator.ts";

/** The parts every function has, made from its environment once per execution environment. */
export const bootLambda = (): Boot => {
  const env = environment();
  return { db: openDatabase({ tables: env.tables }), clock: systemClock, ids: systemIds, log: logger(), env: env.get };
};

/** The Lambda of an API: opened by the first request, so that a missing variable is reported by a request and not by a silent start. */
export const onLambda = (definition: Api, authenticate: Authenticator): ApiHandler => {
  let handler: ApiHandler | undefined;
  return (event, context) => {
    if (!handler) {
      const boot = bootLambda();
      handler = definition.serve({ ...boot, authenticate, cursorKey: boot.env("CURSOR_KEY"), metrics: metrics() });
    }
    return handler(event, context);
  };
};
