import * as z from "zod";
import type { SecretContext } from "../../kernel/crypto/vault.ts";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** Networks whose tokens live for hours and are renewed in the name of an app. */
export const AppPlatform = z.enum(["tiktok", "youtube"]);
export type AppPlatform = z.output<typeof AppPlatform>;

/** The org's own app at a network, in whose name the tokens of its accounts are renewed. README, Tokens. */
export const NetworkApp = entity(social, "NetworkApp", {
  fields: () => ({
    org_id: id,
    platform: AppPlatform,
    /** TikTok calls it the client key. */
    client_id: z.string().max(200),
    /** Sealed by the vault; written, never read back. */
    client_secret: z.string().max(4000),
  }),
  key: ["{org_id}#NA", "{platform}"],
  hidden: ["client_secret"],
});
export type NetworkApp = Item<typeof NetworkApp>;

export const appSecret = (org_id: string, platform: AppPlatform): SecretContext => ({ org_id, entity: "NetworkApp", id: platform, field: "client_secret" });

const visible = z.string().regex(/^[\x21-\x7e]{8,200}$/, "8 to 200 visible ASCII characters");
export const NetworkAppInput = z.strictObject({ client_id: visible, client_secret: visible });
export type NetworkAppInput = z.output<typeof NetworkAppInput>;
