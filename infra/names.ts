import type { Stage } from "./stage.ts";

/**
 * Names that operators meet in consoles, logs and the runbook: `groundswell-prod-soundcloud-submissions`. Tables and
 * buckets have none, because a restore makes a new one beside the old.
 */
export const nameIn = (stage: Pick<Stage, "name">, ...parts: readonly string[]): string => ["groundswell", stage.name, ...parts].join("-");

/** The function that each platform has beside the declared ones: it answers what no route matches. */
export const FALLBACK = "fallback";

/** `soundcloud.build-queue.v1` → `soundcloud-build-queue-v1`. */
export const queueName = (type: string): string => type.replaceAll(".", "-");

/** `build-queues` → `BuildQueues`: the id of a construct. */
export const pascal = (name: string): string => name.replaceAll(/(?:^|[-_.])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Where functions of a stage emit their metrics; the only dimension that all have is `service`. */
export const metricsNamespace = (stage: Pick<Stage, "name">): string => `Groundswell/${stage.name}`;
/** A function's name in logs and metrics: `soundcloud-submissions`. */
export const serviceName = (platform: string, name: string): string => `${platform}-${name}`;

export const secretNames = (stage: Pick<Stage, "name">) => ({
  cursor_key: `groundswell/${stage.name}/cursor-key`,
  soundcloud: `groundswell/${stage.name}/soundcloud`,
  resend: `groundswell/${stage.name}/resend`,
  resend_webhook: `groundswell/${stage.name}/resend-webhook`,
});
