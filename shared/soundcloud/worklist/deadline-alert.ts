import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** The clocks of which ops are told that they ran out; the others have events of their own. */
export const AlertClock = z.enum(["decision", "review", "inactivity", "complaint", "inquiry"]);
export type AlertClock = z.output<typeof AlertClock>;

/** That ops were told of one subject's clock, and of which episode, so that they are told once. README, Worklist. */
export const DeadlineAlert = entity(soundcloud, "DeadlineAlert", {
  fields: () => ({
    org_id: id,
    subject_id: id,
    clock: AlertClock,
    /** Since when it waits. */
    episode: timestamp,
    due_at: timestamp,
    /** Epoch seconds; past it nothing that waits can be of that episode. */
    expires_at: z.int(),
  }),
  key: ["{org_id}#DL#{subject_id}", "{clock}"],
  indexes: { byClock: { on: "gsi1", pk: "{org_id}#DLC#{clock}", sk: "{due_at}#{subject_id}" } },
  ttl: ({ expires_at }) => expires_at,
});
export type DeadlineAlert = Item<typeof DeadlineAlert>;
