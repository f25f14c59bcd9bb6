import { PublicationOrdered } from "../../events/social/publication-ordered.v1.ts";
import { PublishPost } from "../../events/social/publish-post.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { openInstagram } from "../../shared/social/instagram/open-instagram.ts";
import { publishPost } from "../../shared/social/publishing/publish-post.ts";

export const publishPostWorker = worker(
  PublishPost,
  { ports: { vault: openVault, instagram: openInstagram }, on: [when(PublicationOrdered, ({ post_id }) => ({ post_id }))] },
  (ctx, { post_id }) => publishPost(ctx, post_id),
);
export const handler = jobOnLambda(publishPostWorker);
