import type { OrgCtx } from "../../kernel/context.ts";
import { type Outcome, ok, unknownOutcome } from "../../kernel/outcome.ts";
import { CONTAINER_GONE } from "../instagram/graph-error.ts";
import type { ContainerState, InstagramClient, InstagramCredentials, InstagramMedia } from "../instagram/instagram.client.ts";
import { Post, type Sending } from "../post/post.ts";
import { captionHash } from "./published-text.ts";

/** Their clock and ours may differ by so much. */
const SKEW_MS = 5 * 60_000;

export type ReadBackCtx = OrgCtx & { readonly instagram: InstagramClient };
type Asked = Sending & { readonly asked_at: string };

/** A container that Instagram does not know any more was not published by it, or long ago: the media tell. */
const stateOf = async (ctx: ReadBackCtx, credentials: InstagramCredentials, { container_id }: Sending): Promise<Outcome<ContainerState["state"] | "gone">> => {
  const answer = await ctx.instagram.containerState(credentials, container_id);
  if (answer.kind === "ok") return ok(answer.value.state);
  if (answer.kind === "permanent" && (answer.code === CONTAINER_GONE || answer.code === "graph_100_33" || answer.code === "not_found")) return ok("gone");
  return answer;
};

/** What appeared since the network was asked and may be this post: the same text, or, of a published container, any that has none. */
const isCandidate = ({ caption, published_at }: InstagramMedia, { asked_at, caption_hash }: Asked, isPublished: boolean): boolean => {
  if (Date.parse(published_at) < Date.parse(asked_at) - SKEW_MS) return false;
  const hash = captionHash(caption ?? "");
  // Without a text nothing tells one from another, unless the container says that one of them is ours.
  return hash === caption_hash && (isPublished || hash !== captionHash(""));
};

/**
 * What became of a publication whose answer is not known: the media's id, or undefined when it certainly has not appeared.
 * The container tells, and the account's newest media by the digest of their text, but for those that other posts of the
 * org are. What is published and not to be found is `unknown_outcome`: then nothing may be asked again. README, Publishing.
 */
export const readBack = async (ctx: ReadBackCtx, credentials: InstagramCredentials, post: Post, asked: Asked): Promise<Outcome<string | undefined>> => {
  const state = await stateOf(ctx, credentials, asked);
  if (state.kind !== "ok") return state;
  const recent = await ctx.instagram.recentMedia(credentials, post.placement === "story" ? "stories" : "media");
  if (recent.kind !== "ok") return recent;
  const isPublished = state.value === "published";
  for (const { id } of recent.value.filter((media) => isCandidate(media, asked, isPublished))) {
    const owner = await Post.by.platformPost(ctx, { org_id: ctx.org_id, platform: post.platform, platform_post_id: id });
    if (!owner || owner.id === post.id) return ok(id);
  }
  return isPublished ? unknownOutcome("Instagram has published the post, and does not list it yet.") : ok(undefined);
};
