import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { ArchivedMonth, Month } from "../../shared/social/archive/archived-month.ts";
import { EventFilter } from "../../shared/social/archive/event-filter.ts";
import { EngagementEvent } from "../../shared/social/engagement/engagement-event.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const owners = roles("social", { owner: "all" });
const archived = { status: 200, body: ArchivedMonth.api.response } as const;
const MonthParams = z.strictObject({ month: Month });

export const archives = resource("social", "archives", "Engagement events one by one, and the months of them that have left the table.", {
  listEvents: route({
    method: "GET",
    path: "/social/posts/{post_id}/events",
    summary: "List a post's engagement events",
    description:
      "Month by month, within a month by their ids. Archived months are in the same list as those in the table, each event once, also while a month is being moved. `from` and `to` are months, both included; a page may be empty and have another behind it.",
    policy: everyone,
    params: z.strictObject({ post_id: z.uuid() }),
    query: EventFilter,
    list: true,
    reply: { status: 200, body: EngagementEvent.api.response },
    errors: {
      out_of_range: { status: 400, when: "`from` lies behind `to`, or too many months before it" },
      archive_unreadable: { status: 503, when: "an archived object is damaged" },
      archive_moving: { status: 503, when: "the month changed its place several times during the request" },
    },
  }),
  listArchives: route({
    method: "GET",
    path: "/social/archives",
    summary: "List archived months",
    description:
      "The latest month first, each with what was copied: count, bytes, and the SHA-256 over the checksums of its parts. `progress` counts the events of the run that is at work.",
    policy: everyone,
    list: true,
    reply: archived,
  }),
  getArchive: route({
    method: "GET",
    path: "/social/archives/{month}",
    summary: "Read an archived month, and how far it is",
    policy: everyone,
    params: MonthParams,
    reply: archived,
  }),
  restoreArchive: route({
    method: "POST",
    path: "/social/archives/{month}/restore",
    summary: "Bring an archived month back to the table",
    description: "The events are stored again as they were, and stay for 30 days; then the month is archived anew. Follow `progress` by reading the month.",
    policy: owners,
    params: MonthParams,
    idempotent: true,
    reply: { status: 202, body: ArchivedMonth.api.response, location: "/social/archives/{month}" },
    errors: { not_archived: { status: 409, when: "the month is on its way, restored, or has no archived events" } },
  }),
});
