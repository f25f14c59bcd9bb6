import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { WorkItem, WorklistFilter } from "../../shared/soundcloud/worklist/read-worklist.ts";

export const worklist = resource(
  "soundcloud",
  "worklist",
  "What waits for ops: decisions, proofs, complaints, accounts to connect, proposals that expire, call-backs that nobody knows.",
  {
    readWorklist: route({
      method: "GET",
      path: "/soundcloud/worklist",
      summary: "List what waits, by kind",
      description: "What is due first in front. `late=true` leaves out what is not due yet. Times that nobody knows are missing.",
      policy: roles("soundcloud", { admin: "all", moderator: "all" }),
      query: WorklistFilter,
      list: true,
      reply: { status: 200, body: WorkItem },
    }),
  },
);
