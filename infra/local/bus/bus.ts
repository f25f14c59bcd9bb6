import { randomUUID } from "node:crypto";
import type { Log } from "../../../shared/kernel/context.ts";
import type { Resolver } from "../assembly/resolve.ts";
import { ACCOUNT, REGION, nameOfArn } from "../place.ts";
import { messageOf } from "../refusal.ts";
import type { TargetProperties, Targets } from "../targets.ts";
import { type InputRule, inputOf } from "./input.ts";
import { type Pattern, checkPattern, matches } from "./pattern.ts";

interface RuleProperties {
  readonly EventBusName?: string;
  readonly EventPattern?: Pattern;
  readonly State?: "ENABLED" | "DISABLED";
  readonly Targets?: readonly (TargetProperties & InputRule)[];
}

/** One entry of PutEvents, as the SDK sends it. */
export interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  /** Seconds since the epoch. */
  readonly Time?: number;
}

export type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

export interface Bus {
  /** Delivers to every rule that matches. Queues have stored the event when this resolves. */
  put(entry: Entry): Promise<EntryResult>;
}

const refused = (ErrorCode: string, ErrorMessage: string): EntryResult => ({ ErrorCode, ErrorMessage });
const busName = (name: string | undefined): string => nameOfArn(name ?? "default");

const eventOf = (id: string, entry: Entry, detail: unknown): object => ({
  version: "0",
  id,
  "detail-type": entry.DetailType,
  source: entry.Source,
  account: ACCOUNT,
  time: new Date(entry.Time === undefined ? Date.now() : entry.Time * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
  region: REGION,
  resources: entry.Resources ?? [],
  detail,
});

/** The event buses of the templates with their rules. Throws when a rule has a pattern or target that cannot run here. */
export const makeBus = (resolver: Resolver, targets: Targets, log: Log): Bus => {
  const known = new Set(["default", ...resolver.ofType("AWS::Events::EventBus").map((resource) => resolver.identity(resource).ref)]);
  const rules = resolver
    .ofType("AWS::Events::Rule")
    .map((resource) => ({ name: resolver.identity(resource).ref, ...resolver.properties<RuleProperties>(resource) }))
    .filter(({ EventPattern, State }) => EventPattern !== undefined && State !== "DISABLED");
  for (const { EventPattern, Targets } of rules) {
    checkPattern(EventPattern!);
    for (const target of Targets ?? []) targets.check(target);
  }

  const deliverTo = async (name: string, target: TargetProperties & InputRule, event: object): Promise<void> => {
    try {
      await targets.deliver(target, inputOf(target, event));
    } catch (error) {
      log.error(`The rule ${name} could not deliver to ${nameOfArn(target.Arn)}: ${messageOf(error)}`);
    }
  };

  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  };

  const put = async (entry: Entry): Promise<EntryResult> => {
    if (!entry.Source || !entry.DetailType || entry.Detail === undefined) return refused("InvalidArgument", "Source, DetailType and Detail are required.");
    const bus = busName(entry.EventBusName);
    if (!known.has(bus)) return refused("InvalidArgument", `No template has the event bus ${bus}.`);
    const detail = parsed(entry.Detail);
    if (typeof detail !== "object" || detail === null) return refused("MalformedDetail", "Detail is malformed.");
    const id = randomUUID();
    const event = eventOf(id, entry, detail);
    const matching = rules.filter((rule) => busName(rule.EventBusName) === bus && matches(rule.EventPattern!, event));
    await Promise.all(matching.flatMap(({ name, Targets }) => (Targets ?? []).map((target) => deliverTo(name, target, event))));
    return { EventId: id };
  };
  return { put };
};
