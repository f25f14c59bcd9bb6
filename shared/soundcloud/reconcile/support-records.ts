import type { OrgCtx } from "../../kernel/context.ts";
import { ERASED_TRACK_URL } from "../erasure/erased-track.ts";
import type { QueueAssignment } from "../queue/queue-assignment.ts";
import { SupportRecord, supportDigest } from "../queue/support-record.ts";
import { trackKeys } from "../target/support-history.ts";
import { type Difference, compare } from "./difference.ts";

/**
 * A published assignment has a record of support under each name of its track while it stands or was done, and none
 * once it was skipped or failed. Those of an erased artist's tracks stay, and are not to be found any more: the names are gone. The records of many assignments are read together.
 */
export const checkSupportRecords = async (ctx: OrgCtx, assignments: readonly QueueAssignment[]): Promise<Difference[]> => {
  const { org_id } = ctx;
  const published = assignments.filter(({ published_on, track_url }) => published_on !== undefined && track_url !== ERASED_TRACK_URL);
  const keys = published.flatMap((one) => trackKeys(one).map((key) => ({ org_id, track_key: supportDigest(org_id, key), supporter_id: one.supporter_id })));
  const found = Map.groupBy(await SupportRecord.getMany(ctx, keys, { consistent: true }), ({ assignment_id }) => assignment_id);
  return published.flatMap((one) => {
    const binds = one.status === "assigned" || one.status === "completed";
    const computed = { support_records: binds ? trackKeys(one).length : 0 };
    return compare("assignment", one.id, { support_records: found.get(one.id)?.length ?? 0 }, computed);
  });
};
