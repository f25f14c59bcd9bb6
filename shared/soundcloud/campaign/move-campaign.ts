import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { CAMPAIGN_TRANSITIONS, Campaign, type CampaignStatus } from "./campaign.ts";

/** What ops can do with a campaign, and in which states: the names of the routes. */
const ACTIONS = {
  draft: ["intake"],
  schedule: ["draft"],
  "go-live": ["scheduled"],
  pause: ["scheduled", "live"],
  resume: ["paused"],
  complete: ["live"],
} as const satisfies Readonly<Record<string, readonly CampaignStatus[]>>;
type Action = keyof typeof ACTIONS;

const isPossible = (action: Action, status: CampaignStatus): boolean => (ACTIONS[action] as readonly CampaignStatus[]).includes(status);

/** Throws DomainError conflict `invalid_transition` with the states in `allowed` and the actions in `possible`. */
const requirePossible = (action: Action, { status }: Campaign): void => {
  if (isPossible(action, status)) return;
  const possible = (Object.keys(ACTIONS) as Action[]).filter((one) => isPossible(one, status));
  throw conflict(
    "invalid_transition",
    `"${action}" is not possible for a campaign that is ${status}; ${possible.length === 0 ? "this state is final" : `possible: ${possible.join(", ")}`}.`,
    { current: status, allowed: CAMPAIGN_TRANSITIONS[status], possible },
  );
};

export interface Move {
  readonly to: CampaignStatus;
  readonly patch?: NonNullable<Parameters<typeof Campaign.writes.transition>[3]>["patch"];
  /** What changes with it, in the same transaction. */
  readonly also?: readonly Write[];
}

export interface MoveOptions {
  /** Nothing happens unless it holds for the campaign as it is stored at that moment. */
  readonly still?: ((campaign: Campaign) => boolean) | undefined;
}

/** Reads, decides and writes one change of a campaign's state with what belongs to it. Throws DomainError `invalid_transition`. */
export const moveCampaign = (
  ctx: OrgCtx,
  id: string,
  action: Action,
  plan: (campaign: Campaign) => Promise<Move> | Move,
  { still = () => true }: MoveOptions = {},
): Promise<Campaign> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, id };
    const campaign = await Campaign.get(ctx, key, { consistent: true });
    if (!still(campaign)) return campaign;
    requirePossible(action, campaign);
    const { to, patch = {}, also = [] } = await plan(campaign);
    await transact(ctx, soundcloud, [...Campaign.writes.transition(ctx, campaign, to, { patch }), ...also], { pattern: `campaigns.${action}` });
    return Campaign.get(ctx, key, { consistent: true });
  });
