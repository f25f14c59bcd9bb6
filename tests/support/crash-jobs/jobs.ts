import { buildQueuesJob } from "../../../functions/soundcloud/build-queues.schedule.ts";
import { checkAssignmentsHourlyJob } from "../../../functions/soundcloud/check-assignments-hourly.schedule.ts";
import { grantCreditsMonthlyJob } from "../../../functions/soundcloud/grant-credits-monthly.schedule.ts";
import { reconcileNightlyJob } from "../../../functions/soundcloud/reconcile-nightly.schedule.ts";
import { checkClocksHourlyJob } from "../../../functions/soundcloud/check-clocks-hourly.schedule.ts";
import { buildQueueCrash } from "./build-queue.ts";
import { dueProofCrash, refundCrash } from "./check-assignments.ts";
import { checkClocksCrash } from "./check-clocks.ts";
import type { CrashCase } from "./crash-case.ts";
import { erasePersonCrash } from "./erase-person.ts";
import { grantCreditsCrash } from "./grant-credits.ts";
import { notifyCrash } from "./notify.ts";
import { processImportCrash } from "./process-import.ts";
import { publishQueueCrash } from "./publish-queue.ts";
import { resolveTrackCrash } from "./resolve-track.ts";
import { fanOutCrash } from "./fan-out.ts";
import { streamCrash, sweepCrash } from "./outbox.ts";
import { provisionOrgCrash } from "./provision-org.ts";
import { reconcileCrash } from "./reconcile.ts";
import { sendMailCrash } from "./send-mail.ts";
import { verifyProofCrash } from "./verify-proof.ts";
import { writeExportCrash } from "./write-export.ts";

/** Every worker, schedule and stream, by `<platform>/<name>` of its declaration, with the cases in which it is stopped. */
export const crashCases: Readonly<Record<string, readonly CrashCase[]>> = {
  "identity/send-mail": [sendMailCrash],
  "identity/outbox": [streamCrash("identity")],
  "identity/sweep-outbox": [sweepCrash("identity")],
  "soundcloud/provision-org": [provisionOrgCrash],
  "soundcloud/process-import": [processImportCrash],
  "soundcloud/build-queue": [buildQueueCrash],
  "soundcloud/publish-queue": [publishQueueCrash],
  "soundcloud/grant-credits": [grantCreditsCrash],
  "soundcloud/verify-proof": [verifyProofCrash],
  "soundcloud/check-assignments": [dueProofCrash, refundCrash],
  "soundcloud/resolve-track": [resolveTrackCrash],
  "soundcloud/notify": [notifyCrash],
  "soundcloud/check-clocks": [checkClocksCrash],
  "soundcloud/erase-person": [erasePersonCrash],
  "soundcloud/write-export": [writeExportCrash],
  "soundcloud/reconcile": [reconcileCrash],
  "soundcloud/build-queues": [fanOutCrash("build-queues", "day", buildQueuesJob)],
  "soundcloud/grant-credits-monthly": [fanOutCrash("grant-credits-monthly", "month", grantCreditsMonthlyJob)],
  "soundcloud/check-assignments-hourly": [fanOutCrash("check-assignments-hourly", "hour", checkAssignmentsHourlyJob)],
  "soundcloud/check-clocks-hourly": [fanOutCrash("check-clocks-hourly", "hour", checkClocksHourlyJob)],
  "soundcloud/reconcile-nightly": [fanOutCrash("reconcile-nightly", "day", reconcileNightlyJob)],
  "soundcloud/sweep-outbox": [sweepCrash("soundcloud")],
  "soundcloud/outbox": [streamCrash("soundcloud")],
};
