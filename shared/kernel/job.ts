import type { Boot, PortFactories, PortsOf } from "./boot.ts";
import { openPorts } from "./boot.ts";
import type { Ctx, OrgCtx } from "./context.ts";
import { logWith } from "./log.ts";

/** What a job knows of its deadline: a long one stops early and goes on with a new message. */
export interface Timed {
  /** Milliseconds until the function is stopped. */
  remaining_ms(): number;
}

export type JobCtx = Ctx & Timed;
export type OrgJobCtx = OrgCtx & Timed;

/** What a job runs on. Lambda makes it from the environment, tests from local engines. */
export interface JobRuntime extends Boot {
  /** Ports given ready-made take the place of their factories. */
  readonly ports?: Readonly<Record<string, unknown>>;
}

/** The part of Lambda's context that jobs use. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}

export type JobHandler<Event, Reply> = (event: Event, invocation: Invocation) => Promise<Reply>;

/** A job's definition, apart from what it runs on. */
export interface Job<Event, Reply> {
  /** The name it acts under: of a worker its command's, else platform and function: `soundcloud.build-queues`. */
  readonly service: string;
  serve(runtime: JobRuntime): JobHandler<Event, Reply>;
}

/** Opens the declared ports, each on first use. */
export const portsOf = <F extends PortFactories>(factories: F, runtime: JobRuntime): PortsOf<F> =>
  openPorts(factories, runtime, runtime.ports as Partial<PortsOf<F>>);

/** The context of one run of a job: a service acts, under an id that stays the same when the run is repeated. */
export const jobCtx = (runtime: JobRuntime, invocation: Invocation, run: { service: string; request_id: string; org_id?: string }): JobCtx => {
  const { service, request_id, org_id } = run;
  return {
    request_id,
    actor: { kind: "service", name: service },
    clock: runtime.clock,
    ids: runtime.ids,
    log: logWith(runtime.log, { request_id, ...(org_id ? { org_id } : {}) }),
    db: runtime.db,
    remaining_ms: () => invocation.getRemainingTimeInMillis(),
  };
};

/** The context with the ports beside its own members; they stay unopened until a use case touches them. */
export const withPorts = <C extends object, P extends object>(ctx: C, ports: P): C & P =>
  Object.defineProperties({ ...ctx }, Object.getOwnPropertyDescriptors(ports)) as C & P;
