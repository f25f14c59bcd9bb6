import * as z from "zod";
import type { PortFactories, PortsOf } from "../boot.ts";
import { uuidOf } from "../ids.ts";
import { type Job, type JobCtx, jobCtx, portsOf, withPorts } from "../job.ts";

/** What EventBridge Scheduler sends: `{ "scheduled_at": "<aws.scheduler.scheduled-time>" }`. */
const scheduleEvent = z.object({ scheduled_at: z.iso.datetime({ offset: true }) });
export type ScheduleEvent = z.input<typeof scheduleEvent>;

/**
 * A function that a schedule starts. `run` gets the time it was scheduled for, not the time it runs at, so that a
 * late or repeated delivery means the same. A failure is thrown on, so that the delivery is repeated.
 */
export const schedule = <const F extends PortFactories>(
  name: string,
  { ports }: { readonly ports: F },
  run: (ctx: JobCtx & PortsOf<F>, scheduled_at: Date) => Promise<unknown>,
): Job<ScheduleEvent, void> => ({
  service: name,
  serve: (runtime) => {
    const opened = portsOf(ports, runtime);
    return async (event, invocation) => {
      const { scheduled_at } = scheduleEvent.parse(event);
      const ctx = jobCtx(runtime, invocation, { service: name, request_id: uuidOf(`${name}/${scheduled_at}`) });
      try {
        await run(withPorts(ctx, opened), new Date(scheduled_at));
      } catch (error) {
        ctx.log.error("schedule failed", { schedule: name, scheduled_at, error });
        throw error;
      }
    };
  },
});
