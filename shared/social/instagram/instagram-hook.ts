import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** What Instagram's calls to the org are known by. Both are sealed by the vault, written and never read back. README, Instagram. */
export const InstagramHook = entity(social, "InstagramHook", {
  fields: () => ({
    org_id: id,
    /** Of the org's app: its calls are signed with it. */
    app_secret: z.string().max(4000),
    /** What the org typed into the app's page, which sends it back once to see that the address is ours. */
    verify_token: z.string().max(4000),
  }),
  key: ["{org_id}#IH", "IH"],
  hidden: ["app_secret", "verify_token"],
});
export type InstagramHook = Item<typeof InstagramHook>;

const secret = z.string().regex(/^[\x21-\x7e]{8,200}$/, "8 to 200 visible ASCII characters");

export const InstagramHookInput = z.strictObject({ app_secret: secret, verify_token: secret });
export type InstagramHookInput = z.output<typeof InstagramHookInput>;
