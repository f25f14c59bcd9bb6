import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { Post } from "../../shared/social/post/post.ts";
import { PostFilter } from "../../shared/social/post/read-posts.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const Params = z.strictObject({ post_id: z.uuid() });
const reply = { status: 200, body: Post.api.response } as const;

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
    errors: { not_editable: { status: 409, when: "it is scheduled, being published or published" } },
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
});
