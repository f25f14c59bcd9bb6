import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { validateThresholds } from "../tier/tier.ts";

const count = (max: number) => z.int().min(0).max(max);
const perTier = z.strictObject({ T1: count(1000), T2: count(1000), T3: count(1000), T4: count(1000) });
const band = z.strictObject({ min: count(999_999_999), max: count(999_999_999) });

/** A share of followers that a repost reaches: more than 0, at most 1, three decimals, as exact text. */
export const reachFactor = z
  .string()
  .regex(/^(0\.\d{1,3}|1(\.0{1,3})?)$/, "a decimal above 0 and up to 1 with at most three places, for example 0.060")
  .refine((text) => Number(text) > 0, "more than 0")
  .meta({ example: "0.060" });

export const TargetBandMode = z.enum(["balance", "size"]);
export type TargetBandMode = z.output<typeof TargetBandMode>;

/** The org's rules: one item per org, made when the platform is enabled. Numbers and their meaning: README, Settings. */
export const Settings = entity(soundcloud, "SoundcloudSettings", {
  fields: () => ({
    org_id: id,
    decision_sla_hours: z.int().min(1).max(720).default(24),
    proof_sla_hours: z.int().min(1).max(720).default(24),
    inactivity_days: z.int().min(1).max(3650).default(90),
    preview_cache_days: z.int().min(1).max(3650).default(30),
    default_reach_factor: reachFactor.default("0.060"),
    target_band_mode: TargetBandMode.default("balance"),
    size_tier_thresholds: z
      .strictObject({ T1: band, T2: band, T3: band, T4: band })
      .default({ T1: { min: 0, max: 1000 }, T2: { min: 1000, max: 10_000 }, T3: { min: 10_000, max: 100_000 }, T4: { min: 100_000, max: 999_999_999 } }),
    /** Affinity between genre families, by name, symmetric: `{ "Electronic": { "Pop": 0.5 } }`. Missing is 0. */
    adjacency_matrix: z.record(z.string().max(100), z.record(z.string().max(100), z.number().min(0).max(1))).default({}),
    slack_enabled: z.boolean().default(false),
    /** Sealed by the vault; written, never read back. */
    slack_webhook: z.string().max(4000).optional(),
    slack_channel: z.string().max(100).default("#soundcloud-groups"),
    /** Listeners reached for one credit. */
    reach_per_credit: z.int().min(1).max(1_000_000).default(2000),
    monthly_grants: perTier.default({ T1: 1, T2: 1, T3: 2, T4: 3 }),
    /** A wallet's cap is this many monthly grants. */
    cap_months: z.int().min(1).max(24).default(3),
    service_fee_bps: z.int().min(0).max(10_000).default(0),
    target_count: z.int().min(1).max(50).default(10),
    proposal_ttl_hours: z.int().min(1).max(168).default(24),
    recent_artist_days: z.int().min(0).max(365).default(14),
    /** Reposts a supporter may be asked for in 24 hours, at most. */
    daily_capacity_limit: z.int().min(1).max(10).default(10),
    refund_window_hours: z.int().min(1).max(720).default(48),
  }),
  key: ["{org_id}#SET", "SET"],
  indexes: { allOrgs: { on: "gsi4", pk: "ORGS#{%4}", sk: "{org_id}" } },
  hidden: ["slack_webhook"],
  check: (settings) => [
    ...validateThresholds(settings.size_tier_thresholds),
    ...Object.entries(settings.adjacency_matrix).flatMap(([a, row]) =>
      Object.entries(row).flatMap(([b, affinity]) => {
        const mirrored = settings.adjacency_matrix[b]?.[a];
        return mirrored !== undefined && mirrored !== affinity
          ? [
              {
                pointer: `/adjacency_matrix/${a}/${b}`,
                code: "asymmetric",
                detail: `${a} to ${b} is ${affinity}, ${b} to ${a} is ${mirrored}; give one of them, or both the same.`,
              },
            ]
          : [];
      }),
    ),
  ],
});
export type Settings = Item<typeof Settings>;
