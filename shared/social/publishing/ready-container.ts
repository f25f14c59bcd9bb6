import { sha256 } from "../../kernel/crypto/tokens.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Failure, type Outcome, ok, permanent, retryLater } from "../../kernel/outcome.ts";
import { type ContainerForms, containerForms } from "../instagram/container-forms.ts";
import { CONTAINER_GONE } from "../instagram/graph-error.ts";
import type { InstagramClient, InstagramCredentials } from "../instagram/instagram.client.ts";
import { Post, type Sending } from "../post/post.ts";
import { captionHash, publishedText } from "./published-text.ts";

/** Containers live for a day; one that is about to expire is not begun with. */
const USABLE_MS = 23 * 3_600_000;
const PROCESSING_MS = 60_000;
/** A file that is worked on for longer will not become ready. */
const PATIENCE_MS = 30 * 60_000;
const TROUBLE_MS = 1_000;

export type ContainerCtx = OrgCtx & { readonly instagram: InstagramClient };

/** A post whose container is finished; or one that waits for it; or why there is none, with `spoilt` when the next attempt needs another. */
export type Ready =
  | { readonly kind: "ready"; readonly post: Post & { readonly sending: Sending } }
  | { readonly kind: "processing"; readonly post: Post; readonly wait_ms: number }
  | { readonly kind: "failed"; readonly post: Post; readonly failure: Failure; readonly spoilt: boolean };

const make = async (ctx: ContainerCtx, credentials: InstagramCredentials, { children, own }: ContainerForms): Promise<Outcome<string>> => {
  const ids: string[] = [];
  for (const child of children) {
    const made = await ctx.instagram.createContainer(credentials, child);
    if (made.kind !== "ok") return made;
    ids.push(made.value);
  }
  return ctx.instagram.createContainer(credentials, ids.length === 0 ? own : { ...own, children: ids.join(",") });
};

/** The container that holds the post as it is now; a new one where there is none. It is noted before anything is done with it. */
const containerOf = async (ctx: ContainerCtx, credentials: InstagramCredentials, post: Post): Promise<Outcome<Post & { readonly sending: Sending }>> => {
  const forms = containerForms(post);
  const content_hash = sha256(JSON.stringify(forms));
  const now = ctx.clock.now();
  const { sending } = post;
  if (sending?.content_hash === content_hash && now.getTime() - Date.parse(sending.made_at) < USABLE_MS) return ok({ ...post, sending });
  const made = await make(ctx, credentials, forms);
  if (made.kind !== "ok") return made;
  const fresh: Sending = { container_id: made.value, made_at: now.toISOString(), content_hash, caption_hash: captionHash(publishedText(post)) };
  const noted = await Post.patch(ctx, post, { sending: fresh }, { from: post, version: post.version });
  return ok({ ...noted, sending: fresh });
};

/** Brings a post that is held to a container that can be published. README, Publishing. */
export const readyContainer = async (ctx: ContainerCtx, credentials: InstagramCredentials, held: Post): Promise<Ready> => {
  const container = await containerOf(ctx, credentials, held);
  if (container.kind !== "ok") return { kind: "failed", post: held, failure: container, spoilt: false };
  const post = container.value;
  const answer = await ctx.instagram.containerState(credentials, post.sending.container_id);
  const failed = (failure: Failure, spoilt: boolean): Ready => ({ kind: "failed", post, failure, spoilt });
  if (answer.kind === "permanent" && answer.code === CONTAINER_GONE) return failed(retryLater(TROUBLE_MS, answer.detail), true);
  if (answer.kind !== "ok") return failed(answer, false);
  const { state, detail = "", passes } = answer.value;
  switch (state) {
    case "finished":
    // Whoever reads back next finds the media; nothing is published twice from one container.
    case "published":
      return { kind: "ready", post };
    case "in_progress":
      return ctx.clock.now().getTime() - Date.parse(post.sending.made_at) < PATIENCE_MS
        ? { kind: "processing", post, wait_ms: PROCESSING_MS }
        : failed(retryLater(TROUBLE_MS, "Instagram has worked on the file for half an hour without an end."), true);
    case "expired":
      return failed(retryLater(TROUBLE_MS, "The container expired before it was published."), true);
    case "error":
      return failed(passes ? retryLater(TROUBLE_MS, detail) : permanent("container_error", detail), true);
  }
};
