import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { toCents } from "../../kernel/money.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";
import type { Model } from "./attribution.ts";
import { MOST_TOUCHES, Touchpoint, TouchpointType } from "./touchpoint.ts";

/** Refunds that one conversion can have, so that it is attributed anew together with them. */
export const MOST_REFUNDS = 8;

/** An amount of US dollars with its sign: a refund's is negative. */
const signedMoney = z.string().regex(/^-?\d{1,10}\.\d{2}$/, "is an amount such as 250.00");
const cents = z.array(z.int()).max(MOST_TOUCHES);

/** A sign-up, subscription or purchase, or a refund of one, and what led to it. README, Conversions. */
export const Conversion = entity(social, "Conversion", {
  fields: () => ({
    org_id: id,
    /** Made of source and external id, so that a conversion that is sent again is the same one. */
    id,
    /** The system that knows of it. */
    source: z.string().regex(/^[\w.-]{1,50}$/, "letters, digits, and . _ - between"),
    /** That system's own id of it; a refund may have none. */
    external_id: z.string().min(1).max(100).optional(),
    /** The network under whose id the person is known. */
    platform: PlatformName.optional(),
    platform_user_id: z.string().min(1).max(100).optional(),
    conversion_type: z.string().regex(/^[a-z][a-z0-9_-]{0,49}$/, "lower case letters, digits, _ and -, such as email_signup"),
    /** Absent while nobody has said what it is worth. */
    conversion_value: signedMoney.optional(),
    conversion_at: timestamp,
    /** The post of the last touch; absent when there was no touch. */
    post_id: id.optional(),
    attribution: z.enum(["touched", "direct"]),
    first_interaction_type: TouchpointType.optional(),
    first_interaction_at: timestamp.optional(),
    /** From the first touch: ISO 8601, and in seconds. */
    time_to_conversion: z.string().optional(),
    time_to_conversion_seconds: z.int().min(0).optional(),
    touchpoints: z.int().min(0),
    /** There were touches between the first and the rest that are not counted. */
    more_touches: z.boolean().default(false),
    touches: z.array(Touchpoint).max(MOST_TOUCHES).default([]),
    /** Cents of each touch, in their order, by model. */
    shares: z.strictObject({ last: cents, first: cents, linear: cents, position: cents, time_decay: cents } satisfies Record<Model, typeof cents>),
    /** As the settings were when it was recorded. */
    lookback_days: z.int().min(1),
    half_life_days: z.int().min(1),
    /** The conversion that this one takes back, in whole or in part. */
    refund_of: id.optional(),
    refund_ids: z.array(id).max(MOST_REFUNDS).default([]),
    /** What was taken back of it so far. */
    refunded_value: signedMoney.default("0.00"),
    /** The person in it was erased. */
    person_erased: z.boolean().default(false),
  }),
  key: ["{org_id}#CV#{id}", "CV"],
  indexes: {
    byPerson: { on: "gsi1", pk: "{org_id}#CVU#{platform}#{platform_user_id}", sk: "{conversion_at}#{id}" },
    byTime: { on: "gsi2", pk: "{org_id}#CVT", sk: "{conversion_at}#{id}" },
    byPost: { on: "gsi3", pk: "{org_id}#CVP#{post_id}", sk: "{conversion_at}#{id}" },
  },
  server: [
    "post_id",
    "attribution",
    "first_interaction_type",
    "first_interaction_at",
    "time_to_conversion",
    "time_to_conversion_seconds",
    "touchpoints",
    "more_touches",
    "touches",
    "shares",
    "lookback_days",
    "half_life_days",
    "refund_of",
    "refund_ids",
    "refunded_value",
    "person_erased",
  ],
});
export type Conversion = Item<typeof Conversion>;

/** The one id of what a source calls by its external id; refunds have external ids of their own. */
export const conversionId = (org_id: string, kind: "conversion" | "refund", source: string, external_id: string): string =>
  uuidOf(`${org_id}/${kind}/${source}/${external_id}`);

/** Whole cents; what nobody has said counts nothing. */
export const centsOf = ({ conversion_value }: Pick<Conversion, "conversion_value">): number => (conversion_value === undefined ? 0 : toCents(conversion_value));
