import { PersonErasureOrdered } from "../../../events/social/person-erasure-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { social, socialSystem } from "../table.ts";
import type { AudienceMember } from "./audience-member.ts";
import { PersonErasure } from "./person-erasure.ts";

/** Orders an erasure: it is stored together with the event that wakes its job. Whoever is not known has nothing to clear. README, Erasure. */
export const orderErasure = async (ctx: OrgCtx, person: AudienceMember): Promise<PersonErasure> => {
  const requested_by = actorId(ctx.actor);
  const ordered = PersonErasure.draft(ctx, { ...person, org_id: ctx.org_id, ...(requested_by === undefined ? {} : { requested_by }) });
  const writes = [...PersonErasure.writes.put(ctx, ordered), ...socialSystem.emit(ctx, PersonErasureOrdered, { person_erasure_id: ordered.id })];
  await transact(ctx, social, writes, { pattern: "erasures.order", result: ordered });
  return ordered;
};
