import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { startFauxqs } from "fauxqs";
import { importsApi } from "../../functions/soundcloud/imports.api.ts";
import { processImportWorker } from "../../functions/soundcloud/process-import.worker.ts";
import { ProcessImport } from "../../events/soundcloud/process-import.v1.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { adjustCredits } from "../../shared/soundcloud/credit/adjust-credits.ts";
import { grantCredits } from "../../shared/soundcloud/credit/grant-credits.ts";
import type { Member } from "../../shared/soundcloud/member/member.ts";
import { completeAssignment } from "../../shared/soundcloud/queue/complete-assignment.ts";
import { publishAssignment } from "../../shared/soundcloud/queue/publish-assignment.ts";
import { QueueAssignment } from "../../shared/soundcloud/queue/queue-assignment.ts";
import { getSettings } from "../../shared/soundcloud/settings/get-settings.ts";
import { sampleOf } from "../../tests/support/matrix/sample.ts";
import { soundcloudWorld } from "../../tests/support/soundcloud.ts";
import type { WorldOptions } from "../../tests/support/world.ts";
import { ROUNDS, type Run, compare, record } from "../replay/compare.ts";
import { type Subject, atLeast, beside } from "../subject.ts";

const SAMPLE = join(import.meta.dirname, "../../tests/fixtures/import/SoundCloud-All Campaigns.csv");
const BUCKET = "uploads";

const importRun = async (content: Buffer<ArrayBuffer>, options: WorldOptions): Promise<Run> =>
  record(
    (host) => soundcloudWorld({ ...options, ...host, apis: [importsApi] }),
    async (world) => {
      const { body } = await world.moderator.api.post("/soundcloud/imports", { kind: "campaigns", filename: "export.csv", size: content.length });
      await fetch(body.upload_url, { method: "PUT", body: content, headers: { "content-type": body.upload_headers["content-type"] } });
      await world.moderator.api.post(`/soundcloud/imports/${body.id}/start`);
      world.sent.splice(0);
      return {
        // The first row names the columns.
        count: parse(content, { relax_column_count: true, skip_empty_lines: true }).length - 1,
        work: async () => {
          if ((await world.deliver(processImportWorker, [world.message(ProcessImport, { import_id: body.id })], { remaining_ms: 600_000 })) > 0)
            throw new Error(`The import failed: ${JSON.stringify(world.log.lines.at(-1))}`);
        },
      };
    },
  );

const MEMBERS = 32;
const ADJUSTMENTS = 10;
const MONTHS = 4;
const AT_ONCE = 8;

/** Corrections, grants, and reposts from reservation to settlement, eight members at a time. */
const creditRun = (): Promise<Run> =>
  record(soundcloudWorld, async (world) => {
    const { ctx, org_id } = world;
    const settings = await getSettings(ctx);
    const members: Member[] = [];
    for (let n = 0; n < MEMBERS; n++) members.push(await world.member({ followers: 200_000, credits: 9 }));
    const assignments: QueueAssignment[] = [];
    for (const [at, payer] of members.entries()) {
      const submission = await world.submission({ member_id: payer.id, status: "approved", target_count: 5 });
      const fixed = {
        org_id,
        id: ctx.ids.uuid(),
        submission_id: submission.id,
        payer_id: payer.id,
        supporter_id: members[(at + 1) % MEMBERS]!.id,
        credits_allocated: 1,
        track_key: submission.track_key,
        artist_key: submission.artist_key,
        track_url: submission.track_url,
      };
      assignments.push(await QueueAssignment.create(ctx, sampleOf(QueueAssignment, 1, { fixed }) as Parameters<typeof QueueAssignment.create>[1]));
    }
    return {
      count: MEMBERS * (ADJUSTMENTS + MONTHS + 2),
      work: () =>
        inParallel(assignments, AT_ONCE, async (assignment) => {
          const member_id = assignment.payer_id!;
          for (let n = 0; n < ADJUSTMENTS; n++) await adjustCredits(ctx, { member_id, amount: n % 2 === 0 ? 1 : -1, reason: "Correction." });
          await grantCredits(ctx, { member_id, month: "2027-03" });
          await publishAssignment(ctx, assignment, settings);
          await completeAssignment(ctx, assignment.id, { verified_by: "ops" });
        }),
    };
  });

export const subject: Subject = {
  name: "replay",
  title: "Use cases against their bare requests",
  about:
    "The import of the sample export (rows a second) and credit transactions (corrections, grants, reservations and settlements) through the use cases, against the same reads and writes sent by the document client alone: the requests of each run are recorded and sent again on fresh tables of the same engine, each when those had been answered that had been answered before it. 1 is the speed of the bare requests; processor time stands beside.",
  measure: async () => {
    const [dynamo, store] = [await startDynamo(), await startFauxqs({ port: 0, logger: false })];
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    store.createBucket(BUCKET);
    const files = openFiles(
      { env: () => BUCKET },
      { endpoint: `http://127.0.0.1:${store.port}`, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } },
    );
    try {
      const content = await readFile(SAMPLE);
      const imports = await compare(() => importRun(content, { ports: { files } }));
      const credits = await compare(creditRun);
      return {
        figures: [
          atLeast("import_ratio", imports.ratio, 0.7),
          atLeast("credit_ratio", credits.ratio, 0.7),
          beside("import_cpu_ratio", imports.cpu),
          beside("credit_cpu_ratio", credits.cpu),
        ],
        tables: [
          {
            title: `Medians of ${ROUNDS} rounds`,
            rows: [
              { "": "import, rows", ...imports.row },
              { "": "credits, transactions", ...credits.row },
            ],
          },
        ],
      };
    } finally {
      await store.stop();
      await dynamo.stop();
    }
  },
};
