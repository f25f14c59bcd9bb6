import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/**
 * The org's own account that pays supporters of client work by minting: a client has no wallet. Counters move by
 * increments inside the paying transaction and equal the sums of the minted entries in the members' ledgers.
 */
export const CampaignAccount = entity(soundcloud, "CampaignAccount", {
  fields: () => ({ org_id: id, minted: z.int().min(0).default(0), returned: z.int().min(0).default(0) }),
  key: ["{org_id}#CA", "CA"],
});
export type CampaignAccount = Item<typeof CampaignAccount>;
