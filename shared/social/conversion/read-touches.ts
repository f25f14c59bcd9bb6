import type { OrgCtx } from "../../kernel/context.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { Touch } from "../engagement/touch.ts";
import type { PlatformName } from "../platform/social-platform.ts";
import type { Conversion } from "./conversion.ts";
import { MOST_TOUCHES, type Touchpoint } from "./touchpoint.ts";

export interface Person {
  readonly platform: PlatformName;
  readonly platform_user_id: string;
}
/** Both included. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

/** The person in a conversion, when there is one. */
export const personOf = ({ platform: network, platform_user_id: person }: Pick<Conversion, "platform" | "platform_user_id">): Person | undefined =>
  network === undefined || person === undefined ? undefined : { platform: network, platform_user_id: person };

/** From so many days before the conversion until it. */
export const lookback = (conversion: { readonly conversion_at: string; readonly lookback_days: number }) => ({
  from: new Date(Date.parse(conversion.conversion_at) - conversion.lookback_days * DAY_MS).toISOString(),
  to: conversion.conversion_at,
});

const ofEvent = ({ id, post_id, event_type, event_timestamp }: EngagementEvent): Touchpoint => ({ id, post_id, type: event_type, at: event_timestamp });
const ofTouch = ({ id, post_id, type, at }: Touch): Touchpoint => ({ id, post_id, type, at });

const latest = { desc: true, limit: MOST_TOUCHES };
const earliest = { limit: 1 };

const eventsOf = async (ctx: OrgCtx, person: Person, { from, to }: Span): Promise<Touchpoint[]> => {
  const at = { org_id: ctx.org_id, ...person };
  const range = { from: { event_timestamp: from }, to: { event_timestamp: to } };
  const { items, position } = await EngagementEvent.query.byPerson(ctx, at, { ...range, ...latest });
  const first = position === undefined ? [] : (await EngagementEvent.query.byPerson(ctx, at, { ...range, ...earliest })).items;
  return [...first, ...items].map(ofEvent);
};

const touchesOf = async (ctx: OrgCtx, person: Person, { from, to }: Span): Promise<Touchpoint[]> => {
  const at = { org_id: ctx.org_id, ...person };
  const range = { from: { at: from }, to: { at: to }, consistent: true };
  const { items, position } = await Touch.list(ctx, at, { ...range, ...latest });
  const first = position === undefined ? [] : (await Touch.list(ctx, at, { ...range, ...earliest })).items;
  return [...first, ...items].map(ofTouch);
};

/**
 * What a person did with posts of the org in a span of time: the first and the latest of it, `MOST_TOUCHES` and one at
 * most of either kind, so that whoever puts them together sees that there were too many. Reads two pages, four for
 * somebody who did more. Events are read by an index that may be a moment behind.
 */
export const readTouches = async (ctx: OrgCtx, person: Person, span: Span): Promise<Touchpoint[]> =>
  (await Promise.all([eventsOf(ctx, person, span), touchesOf(ctx, person, span)])).flat();
