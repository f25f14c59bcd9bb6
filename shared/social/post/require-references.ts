import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { SocialAccount } from "../account/social-account.ts";
import { ContentTemplate } from "../template/content-template.ts";

interface References {
  readonly account_id?: string | null | undefined;
  readonly template_id?: string | null | undefined;
}

/** Throws DomainError `unknown_reference` naming each id that is none of the org's. */
export const requireReferences = async (ctx: OrgCtx, { account_id, template_id }: References): Promise<void> => {
  const { org_id } = ctx;
  const [account, template] = await Promise.all([
    account_id && SocialAccount.find(ctx, { org_id, id: account_id }),
    template_id && ContentTemplate.find(ctx, { org_id, id: template_id }),
  ]);
  const violations: Violation[] = [
    ...(account_id && !account ? [{ pointer: "/account_id", code: "unknown_account", detail: "There is no such account in the org." }] : []),
    ...(template_id && !template ? [{ pointer: "/template_id", code: "unknown_template", detail: "There is no such template in the org." }] : []),
  ];
  if (violations.length > 0) throw unprocessable("unknown_reference", violations.map(({ detail }) => detail).join(" "), violations);
};
