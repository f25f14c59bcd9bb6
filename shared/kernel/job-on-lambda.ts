import { bootLambda } from "./http/on-lambda.ts";
import type { Job, JobHandler } from "./job.ts";

/** The Lambda of a worker, schedule or stream: opened by the first invocation, so that a missing variable fails that one and is logged. */
export const jobOnLambda = <Event, Reply>(job: Job<Event, Reply>): JobHandler<Event, Reply> => {
  let handler: JobHandler<Event, Reply> | undefined;
  return (event, invocation) => (handler ??= job.serve(bootLambda()))(event, invocation);
};
