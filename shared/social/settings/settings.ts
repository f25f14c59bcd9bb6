import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { once } from "../../kernel/once.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** It takes longer to list them than all the rest of the entity. */
const zones = once(() => new Set(Intl.supportedValuesOf("timeZone")));
const isZone = (name: string): boolean => name === "UTC" || zones().has(name);

/** A time zone by its IANA name. */
export const timeZone = z.string().max(64).refine(isZone, "is no time zone; give its IANA name, for example Europe/Berlin").meta({ example: "Europe/Berlin" });

/** The org's rules: one item per org, made when the platform is enabled. Numbers and their meaning: README, Settings. */
export const Settings = entity(social, "SocialSettings", {
  fields: () => ({
    org_id: id,
    /** In which posts are planned when nothing else is said. */
    time_zone: timeZone.default("UTC"),
    /** Days before a conversion in which touches count. */
    lookback_days: z.int().min(1).max(365).default(30),
    /** Days in which half of a touch's weight decays, in the model of that name. */
    decay_half_life_days: z.int().min(1).max(365).default(7),
    /** Years for which single events are kept in the table; older months are archived. */
    keep_events_years: z.int().min(1).max(10).default(2),
    /** Distinct mentions of a topic in 24 hours that must be passed for it to be a trend. */
    trend_min_mentions: z.int().min(1).max(1_000_000).default(50),
    /** Trends kept per network, those that grow fastest. */
    trend_top: z.int().min(1).max(100).default(20),
    /** Posts of a template with a known rate below which its success says nothing. */
    template_min_posts: z.int().min(1).max(100).default(5),
    /** Deletions a second that the archive may use. */
    archive_writes_per_second: z.int().min(1).max(1000).default(100),
  }),
  key: ["{org_id}#SET", "SET"],
  indexes: { allOrgs: { on: "gsi4", pk: "ORGS#{%4}", sk: "{org_id}" } },
});
export type Settings = Item<typeof Settings>;
