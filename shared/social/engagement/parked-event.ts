import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

export const ParkedState = z.enum(["waiting", "given_up"]);
export type ParkedState = z.output<typeof ParkedState>;

/** Along which it changes; one that is counted after all is deleted. README, Parked events. */
export const PARKED_TRANSITIONS = { waiting: ["given_up"], given_up: [] } as const satisfies Readonly<Record<ParkedState, readonly ParkedState[]>>;

/** Events of one message on a post that nobody here knows: kept until the post is known, or for people to see. README, Parked events. */
export const ParkedEvent = entity(social, "ParkedEvent", {
  fields: () => ({
    org_id: id,
    /** The same for each delivery of the message. */
    id,
    state: ParkedState.default("waiting"),
    reason: z.enum(["unknown_post", "no_such_post"]),
    post_id: id.optional(),
    platform: PlatformName.optional(),
    platform_post_id: z.string().max(100).optional(),
    count: z.int().min(1),
    /** The events as they arrived, as JSON. */
    events: z.string().max(300_000),
    parked_at: timestamp,
    /** When it is looked at next; none once it is given up. */
    due_at: timestamp.optional(),
    give_up_at: timestamp,
    expires_at: z.int(),
  }),
  key: ["{org_id}#PE#{id}", "PE"],
  indexes: {
    byState: { on: "gsi1", pk: "{org_id}#PES#{state}", sk: "{parked_at}#{id}" },
    byPost: { on: "gsi2", pk: "{org_id}#PEP#{platform}#{platform_post_id}", sk: "{id}" },
    due: { on: "gsi4", pk: "{org_id}#PEDUE", sk: "{due_at}#{id}" },
  },
  server: ["reason", "due_at", "give_up_at", "expires_at"],
  hidden: ["events", "due_at", "expires_at"],
  states: { field: "state", transitions: PARKED_TRANSITIONS },
  ttl: ({ expires_at }) => expires_at,
});
export type ParkedEvent = Item<typeof ParkedEvent>;
