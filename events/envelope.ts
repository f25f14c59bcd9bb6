import * as z from "zod";

/**
 * Events are facts (past tense, published on EventBridge); commands are orders (imperative, sent over SQS).
 * A published contract never changes: a new shape is a new version beside the old one.
 */
export interface Contract<Kind extends "event" | "command" = "event" | "command", T extends string = string, S extends z.ZodType = z.ZodType> {
  readonly kind: Kind;
  /** `<platform>.<name>.v<n>`, for example `soundcloud.submission-approved.v1`. */
  readonly type: T;
  readonly data: S;
  readonly summary: string;
  readonly example: z.output<S>;
}

/** What travels: the same envelope on the bus and on a queue. */
export interface Envelope<T extends string = string, D = unknown> {
  /** UUID v7; the consumer's deduplication key. */
  readonly id: string;
  readonly type: T;
  readonly org_id: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly data: D;
}

export const envelope = <S extends z.ZodType>(data: S): z.ZodType<Envelope<string, z.output<S>>> =>
  z.strictObject({ id: z.uuid(), type: z.string(), org_id: z.uuid(), at: z.iso.datetime(), data }) as never;

export const event = <const T extends string, S extends z.ZodType>(type: T, summary: string, data: S, example: z.output<S>): Contract<"event", T, S> => ({
  kind: "event",
  type,
  summary,
  data,
  example,
});

export const command = <const T extends string, S extends z.ZodType>(type: T, summary: string, data: S, example: z.output<S>): Contract<"command", T, S> => ({
  kind: "command",
  type,
  summary,
  data,
  example,
});

export type DataOf<C> = C extends Contract<"event" | "command", string, infer S> ? z.output<S> : never;
