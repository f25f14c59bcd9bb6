import * as z from "zod";
import { conflict } from "../../kernel/errors.ts";
import { email, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { reachFactor } from "../settings/settings.ts";
import { soundcloud } from "../table.ts";

export const MemberStatus = z.enum(["active", "needs_reconnect"]);
export const SizeTier = z.enum(["T1", "T2", "T3", "T4"]);
export type SizeTier = z.output<typeof SizeTier>;
const counter = z.int().min(0).default(0);
/** The name in a channel's address. */
export const soundcloudHandle = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9_-]{1,255}$/, "is the name in a channel's address: letters, digits, - and _");
/** The address of a channel. */
export const channelUrl = z
  .url({ protocol: /^https$/, hostname: /^(www\.|m\.)?soundcloud\.com$/, error: "is an address below https://soundcloud.com/" })
  .max(500);

/**
 * An artist and supporter of the network. Credits are not here: the wallet and its ledger are the only truth
 * (README, Credits); the response shows them as projections. Follower counts come from the SoundCloud account;
 * `genre_pairs` and `avoided_handles` mirror MemberGenre and AvoidListItem in the same transactions, so that matching
 * reads each member once.
 */
export const Member = entity(soundcloud, "Member", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1).max(200),
    emails: z.array(email).max(5, "at most five addresses").default([]),
    primary_email: email.optional(),
    status: MemberStatus.default("active"),
    soundcloud_followers: counter,
    size_tier: SizeTier.default("T1"),
    tier_updated_at: timestamp.optional(),
    soundcloud_url: channelUrl.optional(),
    soundcloud_handle: soundcloudHandle.optional(),
    /** URN of the SoundCloud user once resolved: the stable key of the channel. */
    soundcloud_urn: z.string().max(100).optional(),
    spotify_handle: z.string().max(200).optional(),
    genre_family_id: id.optional(),
    manual_genres: z.array(z.string().max(100)).max(20).default([]),
    genre_notes: z.string().max(2000).optional(),
    monthly_submission_limit: z.int().min(0).max(1000).default(4),
    submissions_this_month: counter,
    /** The UTC month, `YYYY-MM`, that `submissions_this_month` counts. */
    submissions_month: z.string().optional(),
    /** The org's default applies when missing. */
    reach_factor: reachFactor.optional(),
    daily_capacity: z.int().min(0).max(10).default(1),
    last_submission_at: timestamp.optional(),
    last_activity_at: timestamp,
    /** The user who acts as this member, once matched by a verified address. */
    user_id: id.optional(),
    /** Mirrors `status === "linked"` of the SoundCloud account, in the same transactions. */
    soundcloud_linked: z.boolean().default(false),
    /** `family_id/subgenre_id`, or `family_id/-`. */
    genre_pairs: z.array(z.string()).max(50).default([]),
    /** Handles this member will not be matched with. */
    avoided_handles: z.array(z.string()).max(200).default([]),
    last_assigned_on: z.iso.date().optional(),
    completed_count: counter,
    failed_count: counter,
    skipped_count: counter,
    import_id: id.optional(),
    /** When the person was taken out of it: nothing is asked of the member any more. README, Erasure. */
    erased_at: timestamp.optional(),
    /** By what the job still finds the person elsewhere; gone when it is done. */
    erasing: z
      .strictObject({ emails: z.array(email), handle: soundcloudHandle.optional(), user_id: id.optional(), spotify_handles: z.array(z.string()).optional() })
      .optional(),
  }),
  key: ["{org_id}#M#{id}", "M"],
  indexes: {
    all: { on: "gsi1", pk: "{org_id}#MS", sk: "{id}" },
    byTier: { on: "gsi2", pk: "{org_id}#MT#{size_tier}", sk: "{soundcloud_followers:10}#{id}" },
    byStatus: { on: "gsi3", pk: "{org_id}#MX#{status}", sk: "{id}" },
    erased: { on: "gsi4", pk: "{org_id}#ME", sk: "{erased_at}#{id}" },
  },
  unique: { email: "{org_id}#{emails[]}", handle: "{org_id}#{soundcloud_handle}", user: "{org_id}#{user_id}" },
  server: [
    "status",
    "soundcloud_followers",
    "size_tier",
    "tier_updated_at",
    "soundcloud_urn",
    "submissions_this_month",
    "submissions_month",
    "last_submission_at",
    "last_activity_at",
    "user_id",
    "soundcloud_linked",
    "genre_pairs",
    "avoided_handles",
    "last_assigned_on",
    "completed_count",
    "failed_count",
    "skipped_count",
    "import_id",
    "erased_at",
    "erasing",
  ],
  hidden: ["submissions_month", "avoided_handles", "erasing"],
  check: (member) =>
    member.primary_email !== undefined && !member.emails.includes(member.primary_email)
      ? [{ pointer: "/primary_email", code: "not_listed", detail: "primary_email must be one of emails." }]
      : false,
});
export type Member = Item<typeof Member>;

/** Throws DomainError `member_erased`: an erased member does nothing new. */
export const requireNotErased = ({ erased_at }: Member): void => {
  if (erased_at !== undefined) throw conflict("member_erased", "The member is erased; what is left of it only counts credits and reposts.");
};
