import type { OrgCtx } from "../../kernel/context.ts";
import { FlaggedPerson } from "./flagged-person.ts";

/** Counts a person's mentions again from now on; those that were removed stay out. Throws DomainError not_found and stale. */
export const unflagPerson = (ctx: OrgCtx, id: string, version: number): Promise<void> => FlaggedPerson.delete(ctx, { org_id: ctx.org_id, id }, { version });
