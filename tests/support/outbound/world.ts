import { join } from "node:path";
import { startPlannerSandbox } from "../../../infra/local/sandbox/influence-planner/start.ts";
import { startInstagramSandbox } from "../../../infra/local/sandbox/instagram/start.ts";
import { startResendSandbox } from "../../../infra/local/sandbox/resend/start.ts";
import { startSlackSandbox } from "../../../infra/local/sandbox/slack/start.ts";
import { startSoundCloudSandbox } from "../../../infra/local/sandbox/soundcloud/start.ts";
import { startTikTokSandbox } from "../../../infra/local/sandbox/tiktok/start.ts";
import { startYouTubeSandbox } from "../../../infra/local/sandbox/youtube/start.ts";
import { notFound } from "../../../shared/kernel/errors.ts";
import type { Archive } from "../../../shared/kernel/files/archive.ts";
import type { Job } from "../../../shared/kernel/job.ts";
import type { Worker } from "../../../shared/kernel/queue/worker.ts";
import type { ScheduleEvent } from "../../../shared/kernel/schedule/schedule.ts";
import { resendClient } from "../../../shared/mail/resend.client.ts";
import { instagramClient } from "../../../shared/social/instagram/instagram.client.ts";
import { tiktokClient } from "../../../shared/social/tiktok/tiktok.client.ts";
import { youtubeClient } from "../../../shared/social/youtube/youtube.client.ts";
import { plannerClient } from "../../../shared/soundcloud/planner/influence-planner.client.ts";
import { slackClient } from "../../../shared/soundcloud/slack/slack.client.ts";
import { soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { memoryTokens } from "../../integration/providers/support.ts";
import { filesBelow, root } from "../matrix/operations.ts";
import { matrixWorld } from "../matrix/world.ts";
import { type Tamper, tamperedService } from "./tampering.ts";

export const PROVIDERS = ["soundcloud", "planner", "slack", "instagram", "tiktok", "youtube", "resend"] as const;
export type Provider = (typeof PROVIDERS)[number];
type Urls = Readonly<Record<Provider, string>>;

type Clock = { readonly now: () => Date };
const MANY = 1_000_000;

/** Where each service is below its address, as the environment of a deployment says. */
const open = (url: Urls, clock: Clock, wait: (ms: number) => void) => {
  const common = { clock, timeout_ms: 2_000, random: () => 0, sleep: async (ms: number) => wait(ms) };
  const app = { client_id: "app", client_secret: "secret", per_second: MANY, tokens: memoryTokens(clock) };
  return {
    soundcloud: soundCloudClient({ ...common, ...app, api_url: url.soundcloud, auth_url: url.soundcloud }),
    planner: plannerClient({ ...common, api_url: `${url.planner}/partner/v1` }),
    slack: slackClient({ ...common, per_second: MANY, api_url: url.slack }),
    instagram: instagramClient({ ...common, api_url: `${url.instagram}/v26.0` }),
    tiktok: tiktokClient({ ...common, api_url: url.tiktok }),
    youtube: youtubeClient({ ...common, api_url: `${url.youtube}/youtube/v3`, auth_url: url.youtube }),
    mailer: resendClient({ ...common, per_second: MANY, api_url: url.resend, api_key: "re_test" }),
  };
};
export type Clients = ReturnType<typeof open>;
export const openClients = open;

const startSandboxes = async (now: () => Date) => ({
  soundcloud: await startSoundCloudSandbox({ now, burst: Infinity }),
  planner: await startPlannerSandbox({ now, per_minute: MANY }),
  slack: await startSlackSandbox({ now, burst: MANY }),
  instagram: await startInstagramSandbox({ now }),
  tiktok: await startTikTokSandbox({ now }),
  youtube: await startYouTubeSandbox({ now }),
  resend: await startResendSandbox({ now, per_second: MANY }),
});

/** Out of order: what is to be archived waits. */
const noArchive: Archive = {
  put: () => Promise.reject(notFound("bucket")),
  get: () => Promise.reject(notFound("object")),
  async *list() {},
  remove: async () => undefined,
};
const silentMetrics = { count: () => undefined, took: () => undefined, by: () => undefined, flush: () => undefined };

type Scheduled = Job<ScheduleEvent, void>;
const isJob = (value: unknown): value is Worker | Scheduled => typeof value === "object" && value !== null && "serve" in value && "service" in value;
const isWorker = (job: Worker | Scheduled): job is Worker => "command" in job;

/** Jobs that read a whole table, or move it to the archive, and ask nobody outside. */
const OF_THE_TABLE = /\.(archive|restore|reconcile|run-reconciliation)/;

/** Every job that there is a file for, so that a new one is run from the moment it lies in its folder. */
const loadJobs = async (): Promise<readonly (Worker | Scheduled)[]> => {
  const files = filesBelow("functions").filter((path) => /\.(worker|schedule)\.ts$/.test(path));
  const modules = await Promise.all(files.map(async (path) => Object.values((await import(join(root, path))) as object)));
  return modules
    .flat()
    .filter(isJob)
    .filter(({ service }) => !OF_THE_TABLE.test(service));
};

/** Commands bring commands about; what waits for itself is not followed for ever. */
const ROUNDS = 4;

/**
 * Every API and every job of every platform in one place, with the real clients of all outside services, whose answers are
 * tampered with. `runJobs` runs all that follows from what is stored.
 */
export const outboundWorld = async (tamper: Tamper) => {
  let now = (): Date => new Date("2026-11-20T09:00:00.000Z");
  let wait = (_ms: number): void => undefined;
  const sandboxes = await startSandboxes(() => now());
  const tampered = Object.fromEntries(
    await Promise.all(PROVIDERS.map(async (name) => [name, await tamperedService(name, sandboxes[name].url, tamper)] as const)),
  ) as Readonly<Record<Provider, Awaited<ReturnType<typeof tamperedService>>>>;
  const urls = Object.fromEntries(PROVIDERS.map((name) => [name, tampered[name].url])) as Urls;
  const opened = () => open(urls, { now: () => now() }, (ms) => wait(ms));
  let clients = opened();
  // A new process has clients of its own, with no memory of pauses.
  const port = <N extends keyof Clients>(name: N): Clients[N] => new Proxy({} as Clients[N], { get: (_, method) => clients[name][method as keyof Clients[N]] });
  const place = await matrixWorld({
    ports: {
      ...Object.fromEntries((Object.keys(clients) as (keyof Clients)[]).map((name) => [name, port(name)])),
      archive: noArchive,
      bus: { publish: async () => [] },
      letterhead: { from: "Groundswell <mail@agency.example>", public_url: "https://agency.example" },
      metrics: silentMetrics,
      pages: { public_url: "https://agency.example" },
      sleep: async (ms: number) => wait(ms),
    },
  });
  now = () => place.clock.now();
  wait = (ms) => place.clock.advance(ms);

  const jobs = await loadJobs();
  const ran = new Map<string, number>();
  const handedOver = new Set<string>();
  /** Orders, and events of the org that is asked, as queues hold them for a worker. */
  const waitingFor = async ({ command, on }: Worker): Promise<string[]> => {
    const types = new Set(on.map(({ event }) => event.type));
    const ordered = place.sent.filter(({ envelope }) => envelope.type === command.type);
    for (const one of ordered) place.sent.splice(place.sent.indexOf(one), 1);
    const heard = (await place.here.org.events()).filter(({ id, type }) => types.has(type) && !handedOver.has(`${command.type} ${id}`));
    for (const { id } of heard) handedOver.add(`${command.type} ${id}`);
    return [...ordered.map(({ body }) => body), ...heard.map((event) => JSON.stringify({ "detail-type": event.type, detail: event }))];
  };
  /** Hands an order to its worker. What it makes of an answer that was tampered with is its own; that it runs is counted. */
  const hand = async (worker: Worker, bodies: readonly string[]): Promise<void> => {
    await place.deliver(worker, bodies);
    ran.set(worker.service, (ran.get(worker.service) ?? 0) + bodies.length);
  };
  const runJobs = async (): Promise<void> => {
    clients = opened();
    for (const job of jobs)
      if (!isWorker(job)) {
        await place.tick(job, place.clock.now().toISOString());
        ran.set(job.service, (ran.get(job.service) ?? 0) + 1);
      }
    for (let round = 0; round < ROUNDS; round++)
      for (const job of jobs) {
        const bodies = isWorker(job) ? await waitingFor(job) : [];
        if (isWorker(job) && bodies.length > 0) await hand(job, bodies);
      }
  };

  return {
    ...place,
    jobs,
    ran,
    urls,
    sandboxes,
    asked: (name: Provider): readonly string[] => tampered[name].asked,
    hand,
    runJobs,
    restart: () => void (clients = opened()),
    stop: async () => {
      await Promise.all(Object.values(tampered).map((one) => one.stop()));
      await Promise.all(Object.values(sandboxes).map((one) => one.stop()));
    },
  };
};
export type OutboundWorld = Awaited<ReturnType<typeof outboundWorld>>;
