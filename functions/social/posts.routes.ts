import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { Post } from "../../shared/social/post/post.ts";
import { PostFilter } from "../../shared/social/post/read-posts.ts";
import { PostCheck } from "../../shared/social/publishing/check-post.ts";
import { PublishedByHand } from "../../shared/social/publishing/mark-published.ts";
import { PlannedTime, PossibleTime } from "../../shared/social/publishing/planned-time.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const Params = z.strictObject({ post_id: z.uuid() });
const reply = { status: 200, body: Post.api.response } as const;

const moved = { invalid_transition: { status: 409, when: "the status does not allow it; `allowed` lists what is possible" } } as const;
const refused = {
  not_publishable: { status: 422, when: "the network would refuse it, its account is not connected, or the time has passed; `errors` has everything" },
} as const;
const clocks = {
  local_time_nonexistent: { status: 422, when: "the clocks of the zone skip `local_time`" },
  local_time_ambiguous: { status: 422, when: "the clocks of the zone show `local_time` twice; the detail names both instants" },
} as const;
const known = { unknown_reference: { status: 422, when: "`account_id` or `template_id` names nothing in the org" } } as const;
const byHand = { published_by_hand: { status: 422, when: "the network cannot be published on by its API" } } as const;

export const posts = resource("social", "posts", "Content for the networks: drafted, scheduled, published once, and read back.", {
  createPost: route({
    method: "POST",
    path: "/social/posts",
    summary: "Draft a post",
    description: "Hashtags and mentions without their signs. The network's limits are checked when it is scheduled.",
    policy: editors,
    idempotent: true,
    body: Post.api.create,
    reply: { status: 201, body: Post.api.response, location: "/social/posts/{id}" },
    errors: known,
    example: {
      body: {
        platform: "instagram",
        placement: "reel",
        media_type: "video",
        media_urls: ["https://media.example.com/squat.mp4"],
        caption: "Squats, five sets.",
        hashtags: ["fitness", "legday"],
        content_category: "workout",
      },
    },
  }),
  listPosts: route({
    method: "GET",
    path: "/social/posts",
    summary: "List posts",
    description: "By one filter, the newest first; drafts unless one is given.",
    policy: everyone,
    query: PostFilter,
    list: true,
    reply,
  }),
  getPost: route({ method: "GET", path: "/social/posts/{post_id}", summary: "Read a post", policy: everyone, params: Params, reply }),
  patchPost: route({
    method: "PATCH",
    path: "/social/posts/{post_id}",
    summary: "Change a post",
    policy: editors,
    params: Params,
    if_match: true,
    body: Post.api.patch,
    reply,
    errors: { ...known, not_editable: { status: 409, when: "it is scheduled, being published or published" } },
    example: { body: { caption: "Squats, five sets of five." } },
  }),
  deletePost: route({
    method: "DELETE",
    path: "/social/posts/{post_id}",
    summary: "Delete a post",
    description: "It is hidden; what was counted and earned stays.",
    policy: editors,
    params: Params,
    if_match: true,
    reply: { status: 204, body: null },
    errors: { not_deletable: { status: 409, when: "it is being published" } },
  }),
  checkPost: route({
    method: "POST",
    path: "/social/posts/{post_id}/check",
    summary: "See what the network would refuse",
    description:
      "All violations of its limits at once, and warnings: the same text on the account within 30 days, another post in the same hour. Changes nothing. Without a time it is judged as if it were to appear at its planned time, or now.",
    policy: everyone,
    params: Params,
    body: PossibleTime,
    reply: { status: 200, body: PostCheck },
    errors: clocks,
    example: { body: { local_time: "2026-12-01T18:00:00", time_zone: "Europe/Berlin" } },
  }),
  schedulePost: route({
    method: "POST",
    path: "/social/posts/{post_id}/schedule",
    summary: "Plan a draft for a time",
    description:
      "`scheduled_at` with an offset, or `local_time` in `time_zone`, the org's own unless given. Refused with everything that the network would refuse. On TikTok and YouTube people publish: there the plan reminds them.",
    policy: editors,
    params: Params,
    idempotent: true,
    body: PlannedTime,
    reply,
    errors: { ...moved, ...refused, ...clocks },
    example: { body: { local_time: "2026-12-01T18:00:00", time_zone: "Europe/Berlin" } },
  }),
  unschedulePost: route({
    method: "POST",
    path: "/social/posts/{post_id}/unschedule",
    summary: "Take a planned post back to a draft",
    policy: editors,
    params: Params,
    idempotent: true,
    reply,
    errors: moved,
  }),
  publishNow: route({
    method: "POST",
    path: "/social/posts/{post_id}/publish-now",
    summary: "Publish a draft or a planned post at once",
    description: "A job publishes it, once; its status tells when it has appeared.",
    policy: editors,
    params: Params,
    idempotent: true,
    reply: { status: 202, body: Post.api.response },
    errors: { ...moved, ...refused, ...byHand },
  }),
  retryPost: route({
    method: "POST",
    path: "/social/posts/{post_id}/retry",
    summary: "Publish once more what failed",
    description: "The job first reads back what became of the attempt before, and asks the network again only for what is not there.",
    policy: editors,
    params: Params,
    idempotent: true,
    reply: { status: 202, body: Post.api.response },
    errors: { ...moved, ...refused, ...byHand },
  }),
  markPublished: route({
    method: "POST",
    path: "/social/posts/{post_id}/mark-published",
    summary: "Note that people have published a post",
    policy: editors,
    params: Params,
    idempotent: true,
    body: PublishedByHand,
    reply,
    errors: {
      ...moved,
      being_published: { status: 409, when: "the job holds it at this moment" },
      platformPost_taken: { status: 409, when: "another post of the org has this id of the network" },
      in_the_future: { status: 422, when: "`published_at` is later than now" },
    },
    example: {
      body: {
        platform_post_id: "7106594312292453675",
        platform_url: "https://www.tiktok.com/@gymnight/video/7106594312292453675",
        published_at: "2026-11-20T18:00:00Z",
      },
    },
  }),
});
