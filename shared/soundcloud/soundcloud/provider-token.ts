import * as z from "zod";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** The one access token that all functions share, because SoundCloud limits how many an app may be issued. Sealed. */
export const ProviderToken = entity(soundcloud, "ProviderToken", {
  fields: () => ({
    provider: z.literal("soundcloud"),
    access_token: z.string().max(5000),
    refresh_token: z.string().max(5000).optional(),
    expires_at: z.iso.datetime(),
    /** While a refresh runs: nobody else refreshes before this time. */
    leased_until: z.iso.datetime().optional(),
  }),
  key: ["TOKEN#{provider}", "T"],
});
export type ProviderToken = Item<typeof ProviderToken>;
