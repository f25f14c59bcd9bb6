import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { CampaignAccount } from "../credit/campaign-account.ts";
import { defaultAutomations } from "../mail/default-automations.ts";
import { nameKey } from "../party/name-key.ts";
import { soundcloud } from "../table.ts";
import { GenreFamily } from "../taxonomy/genre-family.ts";
import { sampleTaxonomy } from "../taxonomy/sample-taxonomy.ts";
import { Subgenre } from "../taxonomy/subgenre.ts";
import { Settings } from "./settings.ts";

/**
 * Gives an org what the platform needs: settings with their defaults, the sample taxonomy, the campaign account and
 * the automations of its mails; all in one transaction, so that a repeat finds everything or nothing.
 */
export const provisionOrg = async (ctx: OrgCtx): Promise<void> => {
  const { org_id } = ctx;
  if (await Settings.find(ctx, { org_id }, { consistent: true })) return;
  const taxonomy = sampleTaxonomy.flatMap(({ name, subgenres }) => {
    const family = GenreFamily.draft(ctx, { org_id, name, name_key: nameKey(name) });
    return [
      ...GenreFamily.writes.put(ctx, family),
      ...subgenres.flatMap((subgenre, order_index) =>
        Subgenre.writes.create(ctx, { org_id, family_id: family.id, name_key: nameKey(subgenre.name), order_index, ...subgenre }),
      ),
    ];
  });
  try {
    const writes = [...Settings.writes.create(ctx, { org_id }), ...CampaignAccount.writes.create(ctx, { org_id }), ...taxonomy, ...defaultAutomations(ctx)];
    await transact(ctx, soundcloud, writes, { pattern: "settings.provision" });
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
  }
};
