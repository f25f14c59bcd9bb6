import { describe, expect, it } from "vitest";
import { atSize } from "../../support/figures.ts";
import { buildQueueCrash } from "../../support/soundcloud-crash/build-queue.ts";
import { dueProofCrash, refundCrash } from "../../support/soundcloud-crash/check-assignments.ts";
import { survives } from "../../support/soundcloud-crash/crash-case.ts";
import { grantCreditsCrash } from "../../support/soundcloud-crash/grant-credits.ts";
import { processImportCrash } from "../../support/soundcloud-crash/process-import.ts";
import { publishQueueCrash } from "../../support/soundcloud-crash/publish-queue.ts";
import { resolveTrackCrash } from "../../support/soundcloud-crash/resolve-track.ts";

/** Every point makes an org of its own, so that here a sample of them is tried; the test of trust tries them all. */
const TIMEOUT_MS = 180_000;

describe("stopped before and after its calls, and started again, it ends the same", () => {
  it.each([
    { crash: buildQueueCrash, every: atSize({ test: 7, soak: 1 }) },
    { crash: publishQueueCrash, every: atSize({ test: 7, soak: 1 }) },
    { crash: dueProofCrash, every: atSize({ test: 7, soak: 1 }) },
    { crash: refundCrash, every: atSize({ test: 5, soak: 1 }) },
    { crash: resolveTrackCrash, every: atSize({ test: 4, soak: 1 }) },
    { crash: processImportCrash, every: atSize({ test: 4, soak: 1 }) },
    { crash: grantCreditsCrash, every: atSize({ test: 4, soak: 1 }) },
  ])(
    "$crash.title",
    async ({ crash, every }) => {
      const { calls, points } = await survives(crash, every);
      expect(points).toBe(2 * Math.ceil(calls / every));
      expect(points).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );
});
