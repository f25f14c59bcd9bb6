import * as z from "zod";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { requireParties } from "../party/require-parties.ts";
import { trackOf } from "../submission/create-submission.ts";
import { genreOf } from "../submission/genre-of.ts";
import { soundcloud } from "../table.ts";
import { loadTaxonomy } from "../taxonomy/taxonomy.ts";
import { Campaign } from "./campaign.ts";

export const NewCampaign = Campaign.api.create.extend({
  /** As a person pastes it; made canonical. */
  track_url: z.string().trim().min(1).max(2048),
});
export type NewCampaign = z.output<typeof NewCampaign>;

/** A campaign is for a track that everybody can hear, at an address that names artist and track. */
const publicTrack = (text: string): string => {
  const { kind, track_url } = trackOf(text);
  const at = (code: string, detail: string) => unprocessable(code, `track_url: ${detail}`, [{ pointer: "/track_url", code, detail }]);
  if (kind === "private") throw at("private_track", "This is a secret link; give the public address of the track, since nobody can repost a private one.");
  if (kind === "short") throw at("short_link", "This is a short link; open it and give the address of the track itself.");
  return track_url;
};

/**
 * Takes a client's wish for a campaign up. Throws DomainError `not_soundcloud`, `not_a_track`, `private_track`,
 * `short_link`, `unknown_party` or `unknown_genre`. README, Campaigns.
 */
export const createCampaign = async (ctx: OrgCtx, input: NewCampaign): Promise<Campaign> => {
  const track_url = publicTrack(input.track_url);
  const [taxonomy] = await Promise.all([loadTaxonomy(ctx), requireParties(ctx, input)]);
  const { family, subgenres, ...given } = input;
  const created_by = actorId(ctx.actor);
  const campaign = Campaign.draft(ctx, {
    ...given,
    ...genreOf(taxonomy, { family, subgenres }, input.track_name),
    org_id: ctx.org_id,
    track_url,
    track_key: track_url,
    ...(created_by === undefined ? {} : { created_by }),
  });
  await transact(ctx, soundcloud, Campaign.writes.put(ctx, campaign), { pattern: "campaigns.create", result: campaign });
  return campaign;
};
