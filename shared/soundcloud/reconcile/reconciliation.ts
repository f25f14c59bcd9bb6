import * as z from "zod";
import { date, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const ReconciliationStatus = z.enum(["running", "completed", "failed"]);
const count = z.int().min(0);

/** What a run has looked at so far. */
export const Checked = z.strictObject({
  wallets: count,
  ledger_entries: count,
  members: count,
  submissions: count,
  schedules: count.default(0),
  campaigns: count.default(0),
  queues: count,
  assignments: count,
  inboxes: count.default(0),
  /** False also when client work was paid while the wallets were read: its parts are then not of one moment. */
  campaign_account: z.boolean(),
});
export type Checked = z.output<typeof Checked>;

/** In this order; see steps.ts. */
export const StepName = z.enum(["wallets", "campaign_account", "members", "submissions", "schedules", "campaigns", "queues", "assignments", "inboxes"]);
export type StepName = z.output<typeof StepName>;

/**
 * Where a run stands: what is next, and what the pages before have counted. Stored in the same transaction as the
 * differences of the page that it passes.
 */
export const Checkpoint = z.strictObject({
  step: StepName,
  /** Where the step's next page begins; none is its beginning. */
  position: z.json().optional(),
  /** Sums over the wallets' ledgers that the campaign account is compared with. */
  minted: count,
  returned: count,
  /** The campaign account's version before the first wallet was read. */
  account_version: z.int().optional(),
});
export type Checkpoint = z.output<typeof Checkpoint>;

/**
 * One recomputation of an org's books. It changes nothing and finds differences, of which there must be none. README,
 * Reconciliation.
 */
export const Reconciliation = entity(soundcloud, "Reconciliation", {
  fields: () => ({
    org_id: id,
    id: newId,
    status: ReconciliationStatus.default("running"),
    /** The day of a nightly run; a run by hand has none. */
    date: date.optional(),
    requested_by: id.optional(),
    checked: Checked,
    difference_count: count.default(0),
    completed_at: timestamp.optional(),
    /** Code of what broke a failed run. */
    failure: z.string().max(200).optional(),
    checkpoint: Checkpoint,
    /** Broken deliveries since the last page that was done. */
    attempts: count.default(0),
    expires_at: z.int(),
  }),
  key: ["{org_id}#R#{id}", "R"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#RS", sk: "{created_at}#{id}" } },
  hidden: ["checkpoint", "attempts", "expires_at"],
  states: { field: "status", transitions: { running: ["completed", "failed"], completed: [], failed: ["running"] } },
  ttl: (run) => run.expires_at,
});
export type Reconciliation = Item<typeof Reconciliation>;
