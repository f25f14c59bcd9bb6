import { randomUUID } from "node:crypto";
import { Cron } from "croner";
import type { Log } from "../../../shared/kernel/context.ts";
import type { Resource } from "../assembly/read-assembly.ts";
import type { Resolver } from "../assembly/resolve.ts";
import { ACCOUNT, REGION, nameOfArn } from "../place.ts";
import { messageOf } from "../refusal.ts";
import type { TargetProperties, Targets } from "../targets.ts";
import { type InputRule, inputOf } from "../bus/input.ts";
import { type When, readExpression } from "./expression.ts";

interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly State?: "ENABLED" | "DISABLED";
  readonly Target: TargetProperties & { readonly Input?: string };
}
interface ScheduledRuleProperties {
  readonly ScheduleExpression?: string;
  readonly State?: "ENABLED" | "DISABLED";
  readonly Targets?: readonly (TargetProperties & InputRule)[];
}

/** A schedule as the console shows it. */
export interface ScheduleState {
  readonly id: string;
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly targets: readonly string[];
  readonly next_run?: Date;
  readonly last_run?: Date;
  readonly last_error?: string;
}

export interface Schedules {
  list(): ScheduleState[];
  /**
   * Runs a schedule as if it were `at` (now unless told), also a disabled one. Resolves when its queues have the
   * message, or its function has ended; throws when there is no such schedule or a delivery fails.
   */
  run(id: string, at?: Date): Promise<void>;
  /** Begins to run the enabled ones by the clock. */
  start(): void;
  stop(): void;
}

interface Schedule {
  readonly id: string;
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly when: When;
  readonly targets: readonly TargetProperties[];
  inputFor(target: TargetProperties, at: Date): unknown;
  job?: Cron;
  last_run?: Date;
  last_error?: string;
}

const withoutMs = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z");

/** Scheduler replaces these words in a target's input. */
const contextOf = (arn: string, at: Date): Readonly<Record<string, string>> => ({
  "<aws.scheduler.scheduled-time>": withoutMs(at),
  "<aws.scheduler.schedule-arn>": arn,
  "<aws.scheduler.execution-id>": randomUUID(),
  "<aws.scheduler.attempt-number>": "1",
});

const fill = (input: string, context: Readonly<Record<string, string>>): string =>
  Object.entries(context).reduce((text, [word, value]) => text.replaceAll(word, value), input);

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const ofScheduler = (resolver: Resolver, resource: Resource): Schedule => {
  const { ScheduleExpression, ScheduleExpressionTimezone = "UTC", State, Target } = resolver.properties<ScheduleProperties>(resource);
  const { ref, attributes } = resolver.identity(resource);
  const arn = attributes["Arn"]!;
  return {
    id: ref,
    expression: ScheduleExpression,
    timezone: ScheduleExpressionTimezone,
    enabled: State !== "DISABLED",
    when: readExpression(ScheduleExpression),
    targets: [Target],
    inputFor: (_, at) => (Target.Input === undefined ? scheduledEvent("aws.scheduler", arn, at) : jsonOrText(fill(Target.Input, contextOf(arn, at)))),
  };
};

/** What a target gets when nothing else is said. The two schedulers differ in source, and Scheduler sends detail as text. */
const scheduledEvent = (source: "aws.events" | "aws.scheduler", arn: string, at: Date): object => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source,
  account: ACCOUNT,
  time: withoutMs(at),
  region: REGION,
  resources: [arn],
  detail: source === "aws.events" ? {} : "{}",
});

const ofRule = (resolver: Resolver, resource: Resource): Schedule => {
  const { ScheduleExpression, State, Targets = [] } = resolver.properties<ScheduledRuleProperties>(resource);
  const { ref, attributes } = resolver.identity(resource);
  return {
    id: ref,
    expression: ScheduleExpression!,
    timezone: "UTC",
    enabled: State !== "DISABLED",
    when: readExpression(ScheduleExpression!),
    targets: Targets,
    inputFor: (target, at) => inputOf(target as InputRule, scheduledEvent("aws.events", attributes["Arn"]!, at)),
  };
};

const schedulesOf = (resolver: Resolver): Schedule[] => [
  ...resolver.ofType("AWS::Scheduler::Schedule").map((resource) => ofScheduler(resolver, resource)),
  ...resolver
    .ofType("AWS::Events::Rule")
    .filter((resource) => resource.properties["ScheduleExpression"] !== undefined)
    .map((resource) => ofRule(resolver, resource)),
];

const jobOf = ({ when, timezone }: Schedule, fire: (at: Date) => void): Cron => {
  const options = { timezone, unref: true };
  const run = (self: Cron): void => fire(self.currentRun() ?? new Date());
  if (when.kind === "rate")
    return new Cron("* * * * * *", { ...options, interval: when.seconds, startAt: new Date(Date.now() + when.seconds * 1000).toISOString() }, run);
  return new Cron(when.kind === "cron" ? when.pattern : when.time, options, run);
};

/** The schedules of the templates, and the rules of the bus that run by the clock. Throws when one cannot run here. */
export const makeSchedules = (resolver: Resolver, targets: Targets, log: Log): Schedules => {
  const all = schedulesOf(resolver);
  for (const target of all.flatMap((schedule) => schedule.targets)) targets.check(target);

  const fire = async (schedule: Schedule, at: Date): Promise<void> => {
    schedule.last_run = at;
    delete schedule.last_error;
    try {
      const started = await Promise.all(schedule.targets.map((target) => targets.deliver(target, schedule.inputFor(target, at))));
      await Promise.all(started.map(({ settled }) => settled));
    } catch (error) {
      schedule.last_error = messageOf(error);
      throw error;
    }
  };
  const fireByClock = (schedule: Schedule) => (at: Date) =>
    void fire(schedule, at).catch((error: unknown) => log.error(`The schedule ${schedule.id} failed: ${messageOf(error)}`));

  return {
    list: () =>
      all.map(({ id, expression, timezone, enabled, targets: to, job, last_run, last_error }) => {
        const next_run = job?.nextRun();
        return {
          id,
          expression,
          timezone,
          enabled,
          targets: to.map(({ Arn }) => nameOfArn(Arn)),
          ...(next_run ? { next_run } : {}),
          ...(last_run ? { last_run } : {}),
          ...(last_error ? { last_error } : {}),
        };
      }),
    run: async (id, at = new Date()) => {
      const schedule = all.find((one) => one.id === id);
      if (!schedule) throw new Error(`There is no schedule ${id}. There are: ${all.map((one) => one.id).join(", ") || "none"}.`);
      await fire(schedule, at);
    },
    start: () => {
      for (const schedule of all.filter(({ enabled }) => enabled)) schedule.job = jobOf(schedule, fireByClock(schedule));
    },
    stop: () => {
      for (const { job } of all) job?.stop();
    },
  };
};
