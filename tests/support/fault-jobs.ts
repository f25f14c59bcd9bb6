import { text } from "node:stream/consumers";
import { CaptureSnapshots } from "../../events/soundcloud/capture-snapshots.v1.ts";
import { MailOrdered } from "../../events/soundcloud/mail-ordered.v1.ts";
import { VerifyProof } from "../../events/soundcloud/verify-proof.v1.ts";
import { WriteExport } from "../../events/soundcloud/write-export.v1.ts";
import { ArchiveMonth } from "../../events/social/archive-month.v1.ts";
import { archiveMonthWorker } from "../../functions/social/archive-month.worker.ts";
import { publishDueJob } from "../../functions/social/publish-due.schedule.ts";
import { publishPostWorker } from "../../functions/social/publish-post.worker.ts";
import { captureSnapshotsWorker } from "../../functions/soundcloud/capture-snapshots.worker.ts";
import { grantCreditsMonthlyJob } from "../../functions/soundcloud/grant-credits-monthly.schedule.ts";
import { grantCreditsWorker } from "../../functions/soundcloud/grant-credits.worker.ts";
import { processImportWorker } from "../../functions/soundcloud/process-import.worker.ts";
import { sendEmailWorker } from "../../functions/soundcloud/send-email.worker.ts";
import { verifyProofWorker } from "../../functions/soundcloud/verify-proof.worker.ts";
import { writeExportWorker } from "../../functions/soundcloud/write-export.worker.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { instagramClient } from "../../shared/social/instagram/instagram.client.ts";
import { ContentTemplate } from "../../shared/social/template/content-template.ts";
import { Campaign } from "../../shared/soundcloud/campaign/campaign.ts";
import { Export } from "../../shared/soundcloud/export/export.ts";
import { orderExport } from "../../shared/soundcloud/export/order-export.ts";
import { createEmailTemplate } from "../../shared/soundcloud/mail/create-email-template.ts";
import { sendTemplate } from "../../shared/soundcloud/mail/send-template.ts";
import { soundCloudClient } from "../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { memoryTokens } from "../integration/providers/support.ts";
import { MONTH, archiveWorld } from "../workers/social/archive-world.ts";
import { publishingWorld } from "../workers/social/publishing-world.ts";
import { campaignOf, daysOf } from "../workers/soundcloud/attribution-world.ts";
import { MIXED } from "../workers/soundcloud/import-files.ts";
import { importState, importWorld } from "../workers/soundcloud/import-world.ts";
import { mailWorld } from "../workers/soundcloud/mail-world.ts";
import { type QueueWorld, queueWorld, typesOf } from "../workers/soundcloud/queues-world.ts";
import { creditsOf, differencesOf } from "./crash-jobs/queue-state.ts";
import { proven, settledState } from "./crash-jobs/verified.ts";
import { CLOCK_FAULT_KINDS, type ClockFaultKind } from "./faults/clock.ts";
import { HTTP_FAULT_KINDS } from "./faults/http.ts";
import { FAULT_KINDS } from "./faults/kinds.ts";
import { S3_FAULT_KINDS } from "./faults/s3.ts";
import { SQS_FAULT_KINDS } from "./faults/sqs.ts";
import type { Wrap } from "./faults/wire.ts";
import { soundcloudWorld } from "./soundcloud.ts";
import type { Play, Process, UnderFaults } from "./under-faults.ts";

export interface Stage {
  readonly wrap: Wrap;
  /** Queues, buckets and functions for this run. */
  open(play: Omit<Play, "gate" | "seed">): Promise<UnderFaults>;
  /** While this goes on things fail; afterwards nothing is on its way any more. */
  storm<T>(work: () => Promise<T>): Promise<T>;
  /** Called when the run is over. */
  closes(stop: () => Promise<unknown>): void;
}

export interface FaultJob {
  readonly title: string;
  /** What it must have met; the other kinds come as they come. */
  readonly meets: readonly string[];
  /** Of calls to outside services and buckets. */
  readonly rate: number;
  /** How a process's clock may stand: wrong by minutes, or anywhere where messages say what the job is about. */
  readonly clock: readonly ClockFaultKind[];
  /** One run from nothing to its end, told without ids and times. */
  play(stage: Stage): Promise<object>;
  /** A part of what it ends in, by which it is seen that the job did its work at all. */
  readonly ends: object;
}

const SKEWED: readonly ClockFaultKind[] = ["clock_fast", "clock_slow"];
const MOST_TRIES = 60;
const MINUTES_15 = 15 * 60_000;

/** Storms until it is done, each a while after the last; a person would have looked after so many. */
const until = async ({ storm }: Stage, isDone: () => Promise<boolean>, work: () => Promise<void>): Promise<void> => {
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    if (await isDone()) return;
    await storm(work);
  }
  throw new Error(`Not done after ${MOST_TRIES} tries.`);
};

const ORGS = 4;
const GRANTED = "2027-01";

/** A schedule that sends an order an org, twice as EventBridge may, and the job that it orders. */
const grants: FaultJob = {
  title: "the month's grants",
  meets: [...FAULT_KINDS, ...SQS_FAULT_KINDS, ...CLOCK_FAULT_KINDS],
  rate: 0,
  clock: CLOCK_FAULT_KINDS,
  play: async (stage) => {
    const world = await soundcloudWorld({ wrap: stage.wrap });
    const under = await stage.open({ workers: [grantCreditsWorker], short_ms: 14_000 });
    const orgs = [world, ...(await Array.fromAsync({ length: ORGS - 1 }, () => world.org()))];
    const members = await Array.fromAsync(orgs, async (org) => [await org.member(), await org.member({ followers: 10_000 })]);
    await stage.storm(async () => {
      for (let delivery = 0; delivery < 2; delivery++) await under.tick(world, grantCreditsMonthlyJob, `${GRANTED}-01T00:00:00.000Z`);
      await under.drain(world);
    });
    const { status, orgs: sent } = await soundcloudSystem.jobRuns.get(
      world.ctx,
      { job: "soundcloud.grant-credits-monthly", period: GRANTED },
      { consistent: true },
    );
    const each = await Array.fromAsync(orgs, async (org, at) => ({
      credits: await creditsOf(
        org,
        members[at]!.map(({ id }) => id),
      ),
      books: await differencesOf(org),
      types: await typesOf(org),
    }));
    return { status, sent, each };
  },
  ends: { status: "completed", sent: ORGS },
};

const soundcloudOf = (world: QueueWorld, tokens: ReturnType<typeof memoryTokens>) => ({
  soundcloud: ({ clock, sleep, fetch }: Process) =>
    soundCloudClient({
      api_url: world.sandbox.url,
      auth_url: world.sandbox.url,
      client_id: "app",
      client_secret: "secret",
      tokens,
      clock,
      sleep,
      fetch,
      per_second: 1000,
      random: () => 0,
    }),
});

/** What SoundCloud does not answer is asked for again, by the hourly check's order. */
const verification: FaultJob = {
  title: "a verification",
  meets: [...HTTP_FAULT_KINDS, ...SKEWED],
  rate: 0.4,
  clock: SKEWED,
  play: async (stage) => {
    const world = await queueWorld({ wrap: stage.wrap });
    stage.closes(world.stop);
    const { soundcloud } = soundcloudOf(world, memoryTokens(world.clock));
    const under = await stage.open({ workers: [verifyProofWorker], short_ms: 89_000, ports: (process) => ({ soundcloud: soundcloud(process) }) });
    const all = await proven(world);
    const isDone = async (): Promise<boolean> => (await world.assignment(all.assignment.id, all.org)).status === "completed";
    await until(stage, isDone, async () => {
      world.clock.advance(MINUTES_15);
      await under.order(verifyProofWorker, all.org.message(VerifyProof, { assignment_id: all.assignment.id }));
      await under.drain(world);
    });
    return settledState(world, all);
  },
  ends: { assignment: { status: "completed", verified_by: "soundcloud" }, credits: [{ balance: 2 }, { balance: 2 }], books: [] },
};

const TRACKS = 4;

/** Of four tracks, in one run or in several that go on from one another. */
const snapshots: FaultJob = {
  title: "the day's snapshots",
  // It goes on by one message at a time.
  meets: [...HTTP_FAULT_KINDS, ...SQS_FAULT_KINDS.filter((kind) => kind !== "sqs_reorder"), ...SKEWED],
  rate: 0.3,
  clock: SKEWED,
  play: async (stage) => {
    const world = await queueWorld({ wrap: stage.wrap });
    stage.closes(world.stop);
    const { soundcloud } = soundcloudOf(world, memoryTokens(world.clock));
    const under = await stage.open({ workers: [captureSnapshotsWorker], short_ms: 59_000, ports: (process) => ({ soundcloud: soundcloud(process) }) });
    const org = await world.org();
    const campaign = await campaignOf(org, { slug: "under-faults", status: "scheduled", start_date: "2026-01-01" });
    const submissions = await Array.fromAsync({ length: TRACKS - 1 }, (_, n) =>
      org.submission({ client_id: campaign.client_id, status: "approved", artist: "jane", slug: `under-faults-${n}` }),
    );
    await under.order(captureSnapshotsWorker, org.message(CaptureSnapshots, {}));
    await stage.storm(() => under.drain(world));
    const parents = [
      { parent_type: "campaign" as const, parent_id: campaign.id },
      ...submissions.map(({ id }) => ({ parent_type: "submission" as const, parent_id: id })),
    ];
    const days = await Array.fromAsync(parents, (parent) => daysOf(org, parent));
    const { baseline_captured_at, version } = await Campaign.get(org.ctx, campaign, { consistent: true });
    return {
      told: baseline_captured_at !== undefined,
      version,
      days: days.map(({ tracking, snapshots: kept }) => [tracking?.baseline_date, kept.length]),
      types: await typesOf(org),
    };
  },
  ends: { told: true, version: 2, days: Array.from({ length: TRACKS }, () => ["2026-11-20", 1]) },
};

/** A mail that ops ordered by hand; the service knows its key. */
const mail: FaultJob = {
  title: "a mail",
  meets: [...HTTP_FAULT_KINDS, ...SKEWED],
  rate: 0.7,
  clock: SKEWED,
  play: async (stage) => {
    const world = await mailWorld({ wrap: stage.wrap });
    stage.closes(world.stop);
    const under = await stage.open({
      workers: [sendEmailWorker],
      ports: ({ clock, sleep, fetch }) => ({
        mailer: resendClient({ api_url: world.sandbox.url, api_key: "re_test", clock, sleep, fetch, per_second: 1000, random: () => 0 }),
      }),
    });
    const org = await world.org();
    const email = "reader@example.com";
    const { id: member_id } = await org.member({ emails: [email], primary_email: email });
    const submission = await org.submission({ member_id, artist: "by-hand" });
    const wish = { name: "by-hand", subject: "{{ news }}", body_html: "<p>{{ news }}</p>", variables: { news: "" }, active: true };
    const template = await createEmailTemplate(org.ctx, wish);
    await sendTemplate(org.ctx, template.id, { submission_id: submission.id, variables: { news: "soon" } });
    const event = (await org.events()).find(({ type }) => type === MailOrdered.type)!;
    await under.order(sendEmailWorker, JSON.stringify({ "detail-type": event.type, detail: event }));
    await stage.storm(() => under.drain(world));
    const [log, ...more] = await world.logsOf(org);
    const { resend_message_ids } = await Submission.get(org.ctx, submission, { consistent: true });
    const mails = await world.mailsTo(email);
    return { mails: mails.length, status: log!.status, more: more.length, noted: resend_message_ids.map((id) => id === log!.resend_message_id) };
  },
  ends: { mails: 1, status: "sent", more: 0, noted: [true] },
};

/** Ordered by the minute's run whenever it is due, and tried again by a person where the job gave up. Of its address the network need not tell. */
const publication: FaultJob = {
  title: "a publication",
  meets: [...HTTP_FAULT_KINDS, ...SKEWED],
  rate: 0.2,
  clock: SKEWED,
  play: async (stage) => {
    const world = await publishingWorld({ wrap: stage.wrap });
    stage.closes(world.stop);
    const under = await stage.open({
      workers: [publishPostWorker],
      ports: ({ clock, sleep, fetch }) => ({
        instagram: instagramClient({ api_url: `${world.sandbox.url}/v26.0`, clock, sleep, fetch, timeout_ms: 2_000, random: () => 0 }),
      }),
    });
    const org = await world.org();
    const template = await ContentTemplate.create(org.ctx, { org_id: org.org_id, name: "Workout", caption_template: "x" });
    const one = await world.planned({ template_id: template.id, caption: "Squats." }, { org });
    const isDone = async (): Promise<boolean> => {
      const { status, due_at } = await world.postOf(one);
      if (status === "failed") await org.editor.api.post(`/social/posts/${one.id}/retry`);
      else if (due_at !== undefined && due_at > world.clock.now().toISOString()) world.clock.set(due_at);
      else world.clock.advance(60_000);
      return status === "published";
    };
    await until(stage, isDone, async () => {
      await under.tick(world, publishDueJob, world.clock.now().toISOString());
      await under.drain(world);
    });
    const { status, platform_post_id } = await world.postOf(one);
    const shown = await world.shown(one);
    return {
      status,
      shown: shown.length,
      known: shown[0]?.id === platform_post_id,
      facts: (await org.events()).filter(({ type }) => type === "social.post-published.v1").length,
      used: (await ContentTemplate.get(org.ctx, template, { consistent: true })).usage_count,
    };
  },
  ends: { status: "published", shown: 1, known: true, facts: 1, used: 1 },
};

/** A month of three posts; its readers find every event once. */
const archiving: FaultJob = {
  title: "the archiving of a month",
  meets: [...S3_FAULT_KINDS, ...SKEWED],
  rate: 0.6,
  clock: SKEWED,
  play: async (stage) => {
    const under = await stage.open({ workers: [archiveMonthWorker], short_ms: 19_000 });
    const { archive } = under;
    const store = {
      archive,
      keys: (org_id: string) => Array.fromAsync(archive.list(`${org_id}/`)),
      read: (key: string) => archive.get(key),
      damage: () => Promise.reject(new Error("Nothing is damaged here.")),
      stop: async () => undefined,
    };
    const world = await archiveWorld({ wrap: stage.wrap }, store);
    const org = await world.org();
    const posts = await world.fill(org);
    await under.order(archiveMonthWorker, org.message(ArchiveMonth, { month: MONTH }));
    await stage.storm(() => under.drain(world));
    const { status, copies } = await world.monthOf(org);
    const listed = await Array.fromAsync(posts, async (post) => (await world.listed(org, post)).map(({ event_timestamp }) => event_timestamp));
    return { status, copies: copies.map(({ events }) => events), in_table: (await world.stored(org, posts)).length, listed };
  },
  ends: { status: "archived", copies: [12], in_table: 0 },
};

/** A file with some of everything, in as many runs as it takes. */
const importing: FaultJob = {
  title: "an import",
  meets: [...S3_FAULT_KINDS, ...SKEWED],
  rate: 0.5,
  clock: SKEWED,
  play: async (stage) => {
    const under = await stage.open({ workers: [processImportWorker], short_ms: 9_000 });
    const world = await importWorld(under.files, { wrap: stage.wrap });
    const id = await world.upload(MIXED);
    await world.start(id);
    await under.order(processImportWorker, world.command(id));
    await stage.storm(() => under.drain(world));
    return importState(world, world, id);
  },
  ends: { import: { status: "completed", total_records: 27, successful_imports: 23, skipped: 3, failed_imports: 1 }, completed: 1 },
};

/** The ledger of two members, as a file. */
const exporting: FaultJob = {
  title: "an export",
  // It reads nothing of a bucket.
  meets: S3_FAULT_KINDS.filter((kind) => kind !== "s3_truncated_body"),
  rate: 0.9,
  clock: CLOCK_FAULT_KINDS,
  play: async (stage) => {
    const under = await stage.open({ workers: [writeExportWorker] });
    const world = await soundcloudWorld({ wrap: stage.wrap, ports: { files: under.files } });
    for (let n = 0; n < 2; n++) await world.member();
    const { id } = await orderExport(world.admin.ctx, { kind: "ledger", format: "csv" });
    await under.order(writeExportWorker, world.message(WriteExport, { export_id: id }));
    await stage.storm(() => under.drain(world));
    const { status, records, size, file_key } = await Export.get(world.ctx, { org_id: world.org_id, id }, { consistent: true });
    const content = await text(await under.files.read(file_key));
    return { status, records, whole: size === Buffer.byteLength(content), shape: content.split("\r\n").map((line) => line.split(",")[3] ?? "") };
  },
  ends: { status: "completed", records: 2, whole: true },
};

export const faultJobs: readonly FaultJob[] = [grants, verification, snapshots, mail, publication, archiving, importing, exporting];
