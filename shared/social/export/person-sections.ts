import type { OrgCtx } from "../../kernel/context.ts";
import type { Section } from "../../kernel/export/json-document.ts";
import { every } from "../../kernel/table/every.ts";
import { Conversion } from "../conversion/conversion.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { Touch } from "../engagement/touch.ts";
import type { AudienceMember } from "../erasure/audience-member.ts";

/** How a value was divided says nothing of the person. */
async function* conversionsOf(ctx: OrgCtx, person: AudienceMember): AsyncGenerator<object> {
  for await (const { shares: _, ...conversion } of every((page) => Conversion.query.byPerson(ctx, { org_id: ctx.org_id, ...person }, page))) yield conversion;
}

/** Everything that is held of somebody of the audience, section by section, each read a page at a time. README, Exports. */
export const personSections = (ctx: OrgCtx, person: AudienceMember): readonly Section[] => {
  const at = { org_id: ctx.org_id, ...person };
  return [
    ["engagement_events", every((page) => EngagementEvent.query.byPerson(ctx, at, page))],
    ["touches", every((page) => Touch.list(ctx, at, page))],
    ["social_conversions", conversionsOf(ctx, person)],
  ];
};
