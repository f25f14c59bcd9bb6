import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { Section } from "../../kernel/export/json-document.ts";
import { requireTime } from "../../kernel/export/require-time.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { every, everyPage } from "../../kernel/table/every.ts";
import { eventsOfPerson } from "../archive/search-archive.ts";
import { standingOf } from "../archive/standing.ts";
import { Conversion } from "../conversion/conversion.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { ParkedEvent, ParkedState } from "../engagement/parked-event.ts";
import { Touch } from "../engagement/touch.ts";
import type { AudienceMember } from "../erasure/audience-member.ts";
import { eventsIn, isOf } from "../erasure/record-kinds.ts";
import { timeOfHour } from "../trend/coverage.ts";
import { FlaggedPerson, flaggedIdOf } from "../trend/flagged-person.ts";
import { Speaker } from "../trend/speaker.ts";
import { TopicPerson } from "../trend/topic-person.ts";

/** How a value was divided says nothing of the person. */
async function* conversionsOf(ctx: OrgCtx, person: AudienceMember): AsyncGenerator<object> {
  for await (const { shares: _, ...conversion } of every((page) => Conversion.query.byPerson(ctx, { org_id: ctx.org_id, ...person }, page))) yield conversion;
}

/** What waits for its post, or was given up. */
async function* parkedOf(ctx: OrgJobCtx, person: AudienceMember): AsyncGenerator<object> {
  for (const state of ParkedState.options)
    for await (const found of everyPage((page) => ParkedEvent.query.byState(ctx, { org_id: ctx.org_id, state }, page))) {
      requireTime(ctx);
      for (const parked of found) yield* eventsIn(parked).filter(isOf(parked, person));
    }
}

/** Of a mention its hour is kept, with how many there were. */
async function* mentionsOf(ctx: OrgCtx, { platform, platform_user_id }: AudienceMember): AsyncGenerator<object> {
  const { org_id } = ctx;
  const speaker = await Speaker.find(ctx, { org_id, platform, platform_user_id }, { consistent: true });
  if (speaker === undefined) return;
  for await (const { topic_type, topic, hours } of every((page) => TopicPerson.list(ctx, { org_id, platform, speaker_id: speaker.id }, page)))
    for (const [hour, mentions] of Object.entries(hours)) yield { platform, topic_type, topic, hour: timeOfHour(Number(hour)).toISOString(), mentions };
}

async function* flagOf(ctx: OrgCtx, person: AudienceMember): AsyncGenerator<object> {
  const flag = await FlaggedPerson.find(ctx, { org_id: ctx.org_id, id: flaggedIdOf(person) }, { consistent: true });
  if (flag !== undefined) yield { flagged_at: flag.created_at };
}

type ReadCtx = OrgJobCtx & { readonly archive: Archive };

/** What moved between table and archive since the table was read may have been in neither when it was looked at. */
async function* archivedOf(ctx: ReadCtx, person: AudienceMember, standing: string): AsyncGenerator<object> {
  yield* eventsOfPerson(ctx, person);
  if ((await standingOf(ctx)) !== standing)
    throw new DomainError("unavailable", "archive_moved", "A month came from the archive or went there while the file was written. Order the export again.");
}

/**
 * Everything that is held of somebody of the audience, section by section in this order, each read a page at a time. Reading them throws
 * DomainError unavailable `archive_moved` and `archive_unreadable`, which a repeat may mend, and `out_of_time`. README, Exports.
 */
export const personSections = async (ctx: ReadCtx, person: AudienceMember): Promise<readonly Section[]> => {
  const at = { org_id: ctx.org_id, ...person };
  const standing = await standingOf(ctx);
  return [
    ["engagement_events", every((page) => EngagementEvent.query.byPerson(ctx, at, page))],
    ["archived_engagement_events", archivedOf(ctx, person, standing)],
    ["parked_events", parkedOf(ctx, person)],
    ["touches", every((page) => Touch.list(ctx, at, page))],
    ["mentions", mentionsOf(ctx, person)],
    ["flags", flagOf(ctx, person)],
    ["social_conversions", conversionsOf(ctx, person)],
  ];
};
