import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AutomationHealth, afterRun, healthAt } from "../../../../shared/soundcloud/mail/automation-health.ts";
import { type MailTimes, MailStatus, afterEvent, outranks, timestampOf } from "../../../../shared/soundcloud/mail/mail-status.ts";
import { afterSoftBounce } from "../../../../shared/soundcloud/mail/mail-suppression.ts";

type Mail = MailTimes & { status: MailStatus };
const told = MailStatus.options.filter((status) => status !== "pending");
const play = (events: readonly (readonly [MailStatus, string])[]): Mail =>
  events.reduce<Mail>(
    (mail, [happened, at]) => {
      const { status, times } = afterEvent(mail, happened, at);
      return { ...mail, ...times, status };
    },
    { status: "pending" },
  );
const at = (minute: number): string => `2026-11-20T10:${String(minute).padStart(2, "0")}:00.000Z`;

describe("a mail's status", () => {
  it("is opened when that is told before delivered, which then only fills its time", () => {
    expect(
      play([
        ["opened", at(5)],
        ["delivered", at(1)],
      ]),
    ).toEqual({ status: "opened", opened_at: at(5), delivered_at: at(1) });
  });
  it.each(["failed", "bounced", "complained"] as const)("%s outranks delivered, opened and clicked, before and after them", (negative) => {
    for (const positive of ["sent", "delivered", "opened", "clicked"] as const) {
      expect(
        play([
          [negative, at(3)],
          [positive, at(1)],
        ]).status,
      ).toBe(negative);
      expect(
        play([
          [positive, at(1)],
          [negative, at(3)],
        ]).status,
      ).toBe(negative);
    }
  });
  it("keeps the earliest time of each kind", () => {
    expect(
      play([
        ["opened", at(5)],
        ["opened", at(3)],
        ["opened", at(9)],
      ]),
    ).toEqual({ status: "opened", opened_at: at(3) });
  });
  it("ends the same in whatever order and however often events come, and never goes back", () => {
    const event = fc.tuple(fc.constantFrom(...told), fc.integer({ min: 0, max: 59 }).map(at));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (events, draws) => {
        const shuffled = [...events, ...events].map((one) => ({ one, by: draws.next().value! })).toSorted((a, b) => a.by - b.by);
        const again = shuffled.map(({ one }) => one);
        expect(play(again)).toEqual(play(events));
        let last: MailStatus = "pending";
        for (let n = 1; n <= again.length; n++) {
          const { status } = play(again.slice(0, n));
          expect(outranks(last, status)).toBe(false);
          last = status;
        }
      }),
    );
  });
  it("has a time for each kind but the two that no event of the mail makes", () => {
    expect(told.filter((status) => !(status in timestampOf))).toEqual(["suppressed"]);
  });
});

describe("soft bounces", () => {
  const day = (n: number): string => new Date(Date.UTC(2026, 10, n)).toISOString();
  it("suppress at the third within seven days", () => {
    expect(afterSoftBounce([], day(1)).suppresses).toBe(false);
    expect(afterSoftBounce([day(1), day(4)], day(8))).toEqual({ soft_bounces: [day(1), day(4), day(8)], suppresses: true });
    expect(afterSoftBounce([day(1), day(4)], day(9)).suppresses).toBe(false);
    expect(afterSoftBounce([day(1), day(4), day(9)], day(10))).toEqual({ soft_bounces: [day(4), day(9), day(10)], suppresses: true });
    expect(afterSoftBounce([day(4), day(8)], day(3)).suppresses).toBe(true);
  });
});

describe("an automation's health", () => {
  const now = new Date("2026-11-20T10:00:00.000Z");
  const fresh = { enabled: true, recent: "", created_at: now.toISOString(), success_count: 0, error_count: 0, total_runs: 0 } as AutomationHealth;
  const runs = (text: string, from = fresh): AutomationHealth =>
    [...text].reduce((health, one) => ({ ...health, ...afterRun(health, now, one === "1" ? undefined : "refused") }) as AutomationHealth, from);
  it("is an error after three failures in a row, and a warning above five per cent of the last hundred", () => {
    expect(runs("00").status).toBe("warning");
    expect(runs("1000").status).toBe("error");
    expect(runs("10001").status).toBe("warning");
    expect(runs("0".repeat(5) + "1".repeat(95)).status).toBe("healthy");
    expect(runs("0".repeat(6) + "1".repeat(94)).status).toBe("warning");
    expect(runs("0".repeat(6) + "1".repeat(95)).status).toBe("healthy");
    expect(runs("0".repeat(7) + "1".repeat(93)).status).toBe("warning");
  });
  it("counts every run, and says what the last failure was", () => {
    const { total_runs, success_count, error_count, last_error_message, last_success_at } = runs("110");
    expect({ total_runs, success_count, error_count, last_error_message, last_success_at }).toEqual({
      total_runs: 3,
      success_count: 2,
      error_count: 1,
      last_error_message: "refused",
      last_success_at: now.toISOString(),
    });
  });
  it("is a warning after two intervals without a run, never for one without interval, and disabled by its switch", () => {
    const after = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
    const weekly = { ...fresh, interval_hours: 168 };
    expect([healthAt(weekly, after(336)), healthAt(weekly, after(336.1)), healthAt(fresh, after(10_000))]).toEqual(["healthy", "warning", "healthy"]);
    expect(healthAt({ ...runs("000"), enabled: false }, now)).toBe("disabled");
  });
});
