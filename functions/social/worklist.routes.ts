import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { LatePost } from "../../shared/social/publishing/read-worklist.ts";

export const worklist = resource("social", "worklist", "Posts that have not appeared at their time, and why.", {
  readWorklist: route({
    method: "GET",
    path: "/social/worklist",
    summary: "List what is late",
    description:
      "Posts that are late by 15 minutes, by reason: `not_begun`, `by_hand` where people publish, `waits_for_retry`, `publishing`, and `failed` ones until they are tried again, published by hand or deleted.",
    policy: roles("social", { owner: "all", editor: "all", viewer: "all" }),
    list: true,
    reply: { status: 200, body: LatePost },
  }),
});
