import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { AutomationName } from "./trigger.ts";

export const HealthStatus = z.enum(["healthy", "warning", "error", "disabled"]);
export type HealthStatus = z.output<typeof HealthStatus>;
const count = z.int().min(0).default(0);

const REMEMBERED = 100;
const IN_A_ROW = 3;
/** More than one in twenty. */
const TOLERATED = 20;
const HOUR_MS = 3_600_000;

/** How an automation fares: one per org and automation, kept on write. README, Mail. */
export const AutomationHealth = entity(soundcloud, "AutomationHealth", {
  fields: () => ({
    org_id: id,
    id: newId,
    automation_name: AutomationName,
    enabled: z.boolean().default(true),
    /** As of the last write; a reader also sees how long nothing has run. */
    status: HealthStatus.default("healthy"),
    /** How often it must run at least; missing where it runs only when something happens. */
    interval_hours: z.int().min(1).optional(),
    last_run_at: timestamp.optional(),
    last_success_at: timestamp.optional(),
    last_error_at: timestamp.optional(),
    last_error_message: z.string().max(500).optional(),
    success_count: count,
    error_count: count,
    total_runs: count,
    /** The last 100 runs, the latest last: `1` went well, `0` failed. */
    recent: z
      .string()
      .regex(/^[01]{0,100}$/)
      .default(""),
  }),
  key: ["{org_id}#AH", "{automation_name}"],
  hidden: ["recent"],
  server: ["status", "interval_hours", "last_run_at", "last_success_at", "last_error_at", "last_error_message", "success_count", "error_count", "total_runs"],
});
export type AutomationHealth = Item<typeof AutomationHealth>;

type Seen = Pick<AutomationHealth, "enabled" | "recent" | "interval_hours" | "last_run_at" | "created_at">;

/** `disabled` by its switch; `error` after three failures in a row; `warning` above 5 % of the last hundred, or after two intervals without a run. */
export const healthAt = ({ enabled, recent, interval_hours, last_run_at, created_at }: Seen, now: Date): HealthStatus => {
  if (!enabled) return "disabled";
  if (recent.endsWith("0".repeat(IN_A_ROW))) return "error";
  const failures = recent.length - recent.replaceAll("0", "").length;
  if (failures * TOLERATED > recent.length) return "warning";
  const silent_ms = now.getTime() - Date.parse(last_run_at ?? created_at);
  return interval_hours !== undefined && silent_ms > 2 * interval_hours * HOUR_MS ? "warning" : "healthy";
};

/** What a run changes. A run that failed says why. */
export const afterRun = (health: AutomationHealth, now: Date, error?: string) => {
  const at = now.toISOString();
  const recent = `${health.recent}${error === undefined ? "1" : "0"}`.slice(-REMEMBERED);
  const outcome =
    error === undefined
      ? { last_success_at: at, success_count: health.success_count + 1 }
      : { last_error_at: at, last_error_message: error.slice(0, 500), error_count: health.error_count + 1 };
  return { ...outcome, recent, last_run_at: at, total_runs: health.total_runs + 1, status: healthAt({ ...health, recent, last_run_at: at }, now) };
};
