import { Refusal } from "../refusal.ts";

/** When a schedule runs: a pattern for croner, every so many seconds, or once. */
export type When =
  | { readonly kind: "cron"; readonly pattern: string }
  | { readonly kind: "rate"; readonly seconds: number }
  | { readonly kind: "at"; readonly time: string };

const secondsOf: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

const fields = ["minute", "hour", "day", "month", "weekday", "year"] as const;
const ends: Readonly<Record<string, number>> = { minute: 59, hour: 23, day: 31, month: 12, weekday: 7, year: 2199 };

/** AWS allows `0/15`; croner wants the range that it means: `0-59/15`. */
const steps = (field: string, text: string): string =>
  text.replaceAll(/(^|,)(\d+)\/(\d+)/g, (_, before: string, from: string, step: string) => `${before}${from}-${ends[field]}/${step}`);

/** AWS counts weekdays from 1 for Sunday, croner from 0; the number after # and / is none. */
const weekday = (text: string): string => text.replaceAll(/(?<![#/\d])[1-7]/g, (day) => String(Number(day) - 1));

const refuse = (expression: string, why: string): never => {
  throw new Refusal(`The schedule expression ${expression} cannot be read.`, why, "Correct it; see the EventBridge Scheduler documentation.");
};

const cronPattern = (expression: string, body: string): string => {
  const parts = body.trim().split(/\s+/);
  if (parts.length !== fields.length) refuse(expression, `A cron expression has ${fields.length} fields.`);
  const [minute, hour, day, month, dayOfWeek, year] = fields.map((field, at) => steps(field, parts[at]!).replace("?", "*")) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return ["0", minute, hour, day, month, weekday(dayOfWeek), ...(year === "*" ? [] : [year])].join(" ");
};

/** Reads `cron(…)`, `rate(…)` and `at(…)` as AWS writes them. Throws a Refusal for anything else. */
export const readExpression = (expression: string): When => {
  const [, kind, body = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "cron") return { kind, pattern: cronPattern(expression, body) };
  if (kind === "at") return { kind, time: body };
  const [, count, unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(body) ?? [];
  if (kind === "rate" && count) return { kind, seconds: Number(count) * secondsOf[unit]! };
  return refuse(expression, "It is neither cron(…), rate(…) nor at(…).");
};
