import * as z from "zod";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, permanent, retryLater, unknownOutcome } from "../../kernel/outcome.ts";

const TROUBLE_MS = 1_000;
/** Where a throttle does not say how long it lasts. */
const THROTTLED_MS = 15 * 60_000;
/** The limit of a day slides: some of it comes back within the hour. */
const DAILY_MS = 60 * 60_000;
/** After being taken for spam, asking soon makes it worse. */
const BLOCKED_MS = 6 * 60 * 60_000;

const GraphError = z.looseObject({
  error: z.looseObject({
    message: z.string().default(""),
    code: z.int(),
    error_subcode: z.int().nullish(),
    is_transient: z.boolean().nullish(),
  }),
});

const THROTTLES: ReadonlySet<number> = new Set([4, 17, 32, 613, 80001, 80002]);
const BLOCKS: ReadonlySet<number> = new Set([341, 368]);
const SPAM = 2207051;
const DAILY_LIMIT = 2207042;
/** Uploads that another attempt, with a new container, may carry through. */
const TRANSIENT: ReadonlySet<number> = new Set([2207001, 2207003, 2207008, 2207027, 2207032, 2207052, 2207053]);
/** The container is gone, or too old: a new one is made. */
const GONE: ReadonlySet<number> = new Set([2207006, 2207020]);

export const CONTAINER_GONE = "container_gone";
/** A story that fewer than five have seen: nothing is told of it. Its code is that of a missing permission otherwise. */
export const FEW_VIEWERS = "few_viewers";
/** The object is gone, or not to be seen with this token. */
export const OBJECT_GONE = "graph_100_33";
/** A parameter does not fit: of insights, a metric that this kind of media does not have. */
export const BAD_PARAMETER = "graph_100";
/** The token is good, and was not given the right to this call: it may be good for others. */
export const NO_PERMISSION = "no_permission";

/** Whether the words of a container's error name one that may pass: `Error: Media upload has failed with error code 2207053`. */
export const isTransientUpload = (status: string): boolean => [...status.matchAll(/\b2207\d{3}\b/g)].some(([code]) => TRANSIENT.has(Number(code)));

/**
 * What an error of the Graph API means; undefined for a reply that is none. `regain_ms` is how long the headers say a
 * throttle lasts. What Instagram itself cannot tell (codes 1, 2 and -1) is `unknown_outcome`.
 */
export const failureIn = ({ status, body }: HttpReply, regain_ms: number): Failure | undefined => {
  const throttled = (detail: string): Failure => retryLater(regain_ms === 0 ? THROTTLED_MS : regain_ms, detail);
  const parsed = GraphError.safeParse(body);
  if (!parsed.success) return status === 429 ? throttled("Instagram's limit of requests is used up.") : undefined;
  const { code, message, is_transient } = parsed.data.error;
  const subcode = parsed.data.error.error_subcode ?? 0;
  const detail = `Instagram answered ${code}${subcode ? `/${subcode}` : ""}: ${message.slice(0, 200)}`;
  if (subcode === SPAM || BLOCKS.has(code)) return retryLater(BLOCKED_MS, detail);
  if (subcode === DAILY_LIMIT) return retryLater(DAILY_MS, detail);
  if (GONE.has(subcode)) return permanent(CONTAINER_GONE, detail);
  if (TRANSIENT.has(subcode)) return code === -1 ? unknownOutcome(detail) : retryLater(TROUBLE_MS, detail);
  if (THROTTLES.has(code) || status === 429) return throttled(detail);
  if (code === 1 || code === 2 || code === -1 || is_transient === true) return unknownOutcome(detail);
  if (code === 10 && /not enough viewers/i.test(message)) return permanent(FEW_VIEWERS, detail);
  if (code === 10 || (code >= 200 && code < 300)) return permanent(NO_PERMISSION, detail);
  if (code === 102 || code === 190) return { kind: "auth_expired" };
  return permanent(`graph_${code}${subcode ? `_${subcode}` : ""}`, detail);
};
