import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Member } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { type Taxonomy, loadTaxonomy } from "../taxonomy/taxonomy.ts";
import type { Genre } from "./score.ts";

/** What matching needs of an org: members, read once, with rules and genre names. Erased ones are left out. */
export interface Roster {
  readonly settings: Settings;
  readonly members: readonly Member[];
  readonly member: ReadonlyMap<string, Member>;
  /** Genres of `family_id/subgenre_id` pairs, by the names that the adjacency matrix uses; inactive ones are left out. */
  readonly genres: (pairs: readonly string[]) => Genre[];
}

const genreNames = ({ families, subgenres }: Taxonomy) => {
  const subgenre = new Map(subgenres.filter((one) => one.active).map((one) => [one.id, one]));
  return (pairs: readonly string[]): Genre[] =>
    pairs.flatMap((pair) => {
      const [family_id = "", subgenre_id = "-"] = pair.split("/");
      const family = families.get(family_id);
      return family?.active ? [{ family: family.name, subgenre: subgenre.get(subgenre_id)?.id ?? null }] : [];
    });
};

const rosterOf = async (ctx: OrgCtx, reading: Promise<Member[]>): Promise<Roster> => {
  const [settings, taxonomy, all] = await Promise.all([getSettings(ctx), loadTaxonomy(ctx), reading]);
  const members = all.filter(({ erased_at }) => erased_at === undefined);
  return { settings, members, member: new Map(members.map((member) => [member.id, member])), genres: genreNames(taxonomy) };
};

/** Reads the whole roster: pages of 1 MB, about a thousand members each. */
export const loadRoster = (ctx: OrgCtx): Promise<Roster> =>
  rosterOf(ctx, Array.fromAsync(every((page) => Member.query.all(ctx, { org_id: ctx.org_id }, { ...page, limit: 1000 }))));

/** The roster with these members only, as they are now; who is not there is left out. */
export const loadMembersOfRoster = (ctx: OrgCtx, ids: readonly string[]): Promise<Roster> =>
  rosterOf(
    ctx,
    Member.getMany(
      ctx,
      [...new Set(ids)].map((id) => ({ org_id: ctx.org_id, id })),
      { consistent: true },
    ),
  );
