import { postsApi } from "../../../functions/social/posts.api.ts";
import { publishDueJob } from "../../../functions/social/publish-due.schedule.ts";
import { publishPostWorker } from "../../../functions/social/publish-post.worker.ts";
import { templatesApi } from "../../../functions/social/templates.api.ts";
import { worklistApi } from "../../../functions/social/worklist.api.ts";
import { startInstagramSandbox } from "../../../infra/local/sandbox/instagram/start.ts";
import { connectAccount } from "../../../shared/social/account/connect-account.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { type InstagramClient, instagramClient } from "../../../shared/social/instagram/instagram.client.ts";
import { Post } from "../../../shared/social/post/post.ts";
import { control } from "../../integration/providers/support.ts";
import { type SocialOrg, socialWorld } from "../../support/social.ts";
import type { WorldOptions } from "../../support/world.ts";

/** What Instagram has of an account. */
export interface Shown {
  readonly id: string;
  readonly user_id: string;
  readonly container_id: string;
  readonly caption?: string;
  readonly product: string;
}

let accounts = 0;

/** Social content with the sandbox of Instagram beside it; `stop` ends that. */
export const publishingWorld = async (options: WorldOptions = {}) => {
  let time = (): Date => new Date("2026-11-20T09:00:00.000Z");
  const sandbox = await startInstagramSandbox({ now: () => time() });
  const open = (): InstagramClient =>
    instagramClient({
      api_url: `${sandbox.url}/v26.0`,
      clock: { now: () => time() },
      timeout_ms: 2_000,
      sleep: async () => {},
      random: () => 0,
      ...(options.gate ? { fetch: options.gate.fetch(fetch) } : {}),
    });
  let client = open();
  // A new process has a client of its own, with no memory of pauses.
  const instagram = new Proxy({} as InstagramClient, { get: (_, name) => client[name as keyof InstagramClient] });
  const world = await socialWorld({ ...options, apis: [postsApi, templatesApi, worklistApi, ...(options.apis ?? [])], ports: { instagram, ...options.ports } });
  time = () => world.clock.now();

  /** A connected account of the org at Instagram. */
  const account = (org: SocialOrg = world, more: { readonly access_token?: string } = {}) => {
    accounts += 1;
    const external_id = `1784140000${String(accounts).padStart(7, "0")}`;
    return connectAccount(org.ctx, { platform: "instagram", external_id, username: `gym-${accounts}`, access_token: "IGAA-token", ...more });
  };
  type Account = Awaited<ReturnType<typeof account>>;

  /** A post that is planned for a quarter of an hour from now, on an account of its own unless told. */
  const planned = async (wish: Partial<Post> = {}, { org = world, on }: { readonly org?: SocialOrg; readonly on?: Account } = {}) => {
    const at = on ?? (await account(org));
    const draft = await org.post({ account_id: at.id, media_urls: ["https://media.example.com/squat.jpg"], ...wish });
    const scheduled_at = new Date(world.clock.now().getTime() + 15 * 60_000).toISOString();
    const reply = await org.editor.api.post(`/social/posts/${draft.id}/schedule`, { scheduled_at });
    if (reply.status !== 200) throw new Error(`Planning answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    return { id: draft.id, org, account: at, scheduled_at };
  };
  type Planned = Awaited<ReturnType<typeof planned>>;

  const postOf = ({ org, id }: Pick<Planned, "org" | "id">): Promise<Post> => Post.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
  const accountOf = ({ org, account: { id } }: Planned): Promise<SocialAccount> => SocialAccount.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
  /** What Instagram shows of the account. */
  const shown = async ({ account: { external_id } }: Planned): Promise<Shown[]> =>
    (await control<{ items: Shown[] }>(sandbox.url, "GET", "media")).items.filter(({ user_id }) => user_id === external_id);
  const containersOf = async ({ account: { external_id } }: Planned): Promise<{ id: string; form: Record<string, string> }[]> =>
    (await control<{ items: { id: string; user_id: string; form: Record<string, string> }[] }>(sandbox.url, "GET", "containers")).items.filter(
      ({ user_id }) => user_id === external_id,
    );

  /** The minute's run, and what it ordered. */
  const minute = async (): Promise<number> => {
    client = open();
    await world.tick(publishDueJob, world.clock.now().toISOString());
    return world.drain(publishPostWorker);
  };
  /** As far as the next look at the post, and that look. */
  const next = async (one: Planned): Promise<Post> => {
    const { due_at } = await postOf(one);
    if (due_at === undefined) throw new Error("The post waits for nothing.");
    if (due_at > world.clock.now().toISOString()) world.clock.set(due_at);
    await minute();
    return postOf(one);
  };
  /** The next requests for a path of the account meet a fault. */
  const fault = ({ account: { external_id } }: Planned, kind: string, path = "media_publish", count = 1) =>
    control(sandbox.url, "POST", "faults", { kind, count, path: `/v26.0/${external_id}/${path}` });

  return {
    ...world,
    sandbox,
    instagram,
    account,
    planned,
    postOf,
    accountOf,
    shown,
    containersOf,
    minute,
    next,
    fault,
    clearFaults: () => control(sandbox.url, "DELETE", "faults"),
    restart: () => void (client = open()),
    steer: (method: string, path: string, body?: unknown) => control(sandbox.url, method, path, body),
    stop: () => sandbox.stop(),
  };
};
export type PublishingWorld = Awaited<ReturnType<typeof publishingWorld>>;
