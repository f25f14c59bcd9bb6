import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { CampaignView } from "../../shared/soundcloud/campaign/campaign-view.ts";
import { Campaign } from "../../shared/soundcloud/campaign/campaign.ts";
import { ChosenRemedy } from "../../shared/soundcloud/campaign/choose-remedy.ts";
import { NewCampaign } from "../../shared/soundcloud/campaign/create-campaign.ts";
import { CampaignFilter } from "../../shared/soundcloud/campaign/read-campaigns.ts";
import { DeliveryReport } from "../../shared/soundcloud/campaign/report-delivery.ts";
import { ProposalView } from "../../shared/soundcloud/target/present-proposal.ts";
import { ProposalWish } from "../../shared/soundcloud/target/propose.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const Params = z.strictObject({ campaign_id: z.uuid() });
const reply = { status: 200, body: CampaignView } as const;
const decision = {
  invalid_transition: { status: 409, when: "the status does not allow it; `possible` lists what can be done, `allowed` the states" },
} as const;
const StateChange = z.object({ from: z.string(), to: z.string(), by: z.string().optional(), at: z.iso.datetime(), reason: z.string().optional() });

export const campaigns = resource(
  "soundcloud",
  "campaigns",
  "Paid campaigns of clients: so many reposts of one track until a day, for a price. Supporters are paid from the org's campaign account.",
  {
    createCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns",
      summary: "Take a client's campaign up",
      description:
        "Its status is `intake`. The address may be pasted as it is: it is made canonical. Without `family` the genre is classified from the track's name.",
      policy: ops,
      idempotent: true,
      body: NewCampaign,
      reply: { status: 201, body: CampaignView, location: "/soundcloud/campaigns/{id}" },
      errors: {
        not_soundcloud: { status: 422, when: "`track_url` is no address on SoundCloud" },
        not_a_track: { status: 422, when: "`track_url` is a set or a profile" },
        private_track: { status: 422, when: "`track_url` is a secret link" },
        short_link: { status: 422, when: "`track_url` is a short link" },
        unknown_party: { status: 422, when: "the client or salesperson does not exist" },
        unknown_genre: { status: 422, when: "a genre is not in the org's taxonomy" },
        before_start: { status: 422, when: "the end date is before the start date" },
      },
      example: {
        body: {
          client_id: "0199b1f0-7c00-7000-8000-000000000021",
          artist_name: "Quiet Choir",
          track_name: "Light Us",
          track_url: "https://soundcloud.com/quiet-choir/light-us",
          family: "Electronic",
          goal_reposts: 40,
          price_usd: "250.00",
          start_date: "2026-12-01",
          end_date: "2026-12-31",
        },
      },
    }),
    listCampaigns: route({
      method: "GET",
      path: "/soundcloud/campaigns",
      summary: "List campaigns",
      description: "By status the oldest come first, by client the newest; live ones unless a filter is given.",
      policy: ops,
      query: CampaignFilter,
      list: true,
      reply,
    }),
    getCampaign: route({ method: "GET", path: "/soundcloud/campaigns/{campaign_id}", summary: "Read a campaign", policy: ops, params: Params, reply }),
    patchCampaign: route({
      method: "PATCH",
      path: "/soundcloud/campaigns/{campaign_id}",
      summary: "Change a campaign",
      description: "A new goal of a live campaign counts from the next queue on.",
      policy: ops,
      params: Params,
      if_match: true,
      body: Campaign.api.patch,
      reply,
      errors: {
        campaign_completed: { status: 409, when: "it has ended, and what was sold is settled" },
        unknown_party: { status: 422, when: "the salesperson does not exist" },
        unknown_genre: { status: 422, when: "a genre is not in the org's taxonomy" },
        before_start: { status: 422, when: "the end date is before the start date" },
        required: { status: 422, when: "goal or dates are taken away that a scheduled or live campaign needs" },
      },
      example: { body: { goal_reposts: 50, price_usd: "300.00", notes: "The label added ten." } },
    }),
    draftCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/draft",
      summary: "Take a campaign up for planning",
      policy: ops,
      params: Params,
      reply,
      errors: decision,
    }),
    scheduleCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/schedule",
      summary: "Approve and schedule a campaign",
      description: "Goal and dates must be known. Its baseline is captured before it begins; it goes live by itself on its start date.",
      policy: ops,
      params: Params,
      reply,
      errors: { ...decision, not_ready: { status: 409, when: "goal or dates are missing; `errors` names each" } },
    }),
    goLiveCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/go-live",
      summary: "Begin a campaign",
      description: "Makes the client's submission that carries its demand; the next queue counts it.",
      policy: ops,
      params: Params,
      reply,
      errors: { ...decision, not_ready: { status: 409, when: "it was not approved, has no baseline, or its end date is over; `errors` names each" } },
    }),
    pauseCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/pause",
      summary: "Pause a campaign",
      description: "Nobody new is asked; reposts that were published go on.",
      policy: ops,
      params: Params,
      reply,
      errors: decision,
    }),
    resumeCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/resume",
      summary: "Resume a campaign where it was paused",
      policy: ops,
      params: Params,
      reply,
      errors: decision,
    }),
    completeCampaign: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/complete",
      summary: "Complete a campaign, finally",
      policy: ops,
      params: Params,
      reply,
      errors: decision,
    }),
    getCampaignReport: route({
      method: "GET",
      path: "/soundcloud/campaigns/{campaign_id}/report",
      summary: "Compare what was promised with what was delivered",
      policy: ops,
      params: Params,
      reply: { status: 200, body: DeliveryReport },
    }),
    chooseRemedy: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/remedy",
      summary: "Record how owed reposts are made good",
      description:
        "`make_good` moves the end date of a live campaign. `refund` records the part of the price that belongs to owed reposts, once, when the campaign is completed and nothing is under way; the money itself is paid elsewhere.",
      policy: ops,
      params: Params,
      idempotent: true,
      body: ChosenRemedy,
      reply,
      errors: {
        nothing_owed: { status: 409, when: "all promised reposts are verified" },
        not_live: { status: 409, when: "it cannot be made good because it is not live; `possible` lists the remedies that are" },
        not_completed: { status: 409, when: "a refund is not known before it is completed" },
        under_way: { status: 409, when: "reposts are under way that may still count" },
        no_price: { status: 409, when: "it has no price" },
        refunded: { status: 409, when: "a refund was recorded before" },
        required: { status: 422, when: "a make-good names no end date" },
        not_later: { status: 422, when: "the new end date is not after the old one and today" },
        not_for_refund: { status: 422, when: "a refund names an end date" },
      },
      example: { body: { remedy: "make_good", end_date: "2027-01-15" } },
    }),
    proposeCampaignTargets: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/target-proposals",
      summary: "Propose supporters for a campaign",
      description: "Also before it is live. At most 50 supporters at a time: a larger goal is met in portions.",
      policy: ops,
      params: Params,
      idempotent: true,
      body: ProposalWish,
      reply: { status: 201, body: ProposalView },
      errors: { no_demand: { status: 409, when: "the campaign has ended" } },
      example: { body: { mode: "size", count: 25 } },
    }),
    listCampaignProposals: route({
      method: "GET",
      path: "/soundcloud/campaigns/{campaign_id}/target-proposals",
      summary: "List a campaign's proposals, the latest first",
      policy: ops,
      params: Params,
      list: true,
      reply: { status: 200, body: ProposalView },
    }),
    campaignHistory: route({
      method: "GET",
      path: "/soundcloud/campaigns/{campaign_id}/history",
      summary: "List the changes of a campaign's status",
      policy: ops,
      params: Params,
      list: true,
      reply: { status: 200, body: StateChange },
    }),
  },
);
