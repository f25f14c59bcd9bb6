import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { requireParties } from "../party/require-parties.ts";
import { getSettings } from "../settings/get-settings.ts";
import { loadTaxonomy } from "../taxonomy/taxonomy.ts";
import { demandSince } from "./demand.ts";
import { genreOf } from "./genre-of.ts";
import { Submission } from "./submission.ts";

export type SubmissionPatch = z.output<typeof Submission.api.patch>;

/** Changes what ops may change. Throws DomainError `unknown_party`, `unknown_genre` or stale. A new genre changes what matching uses; a new target count may open or close the demand. */
export const patchSubmission = async (ctx: OrgCtx, id: string, patch: SubmissionPatch, version: number): Promise<Submission> => {
  const [from] = await Promise.all([Submission.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }), requireParties(ctx, patch)]);
  const genre =
    patch.family === undefined && patch.subgenres === undefined
      ? {}
      : genreOf(
          await loadTaxonomy(ctx),
          { family: patch.family ?? from.family, subgenres: patch.subgenres ?? (patch.family === undefined ? from.subgenres : []) },
          "",
        );
  const demand =
    patch.target_count === undefined && patch.service_type === undefined
      ? {}
      : { demand_since: demandSince({ ...from, ...withoutNulls(patch) }, await getSettings(ctx), todayOf(ctx)) };
  return Submission.patch(ctx, from, { ...patch, ...genre, ...demand }, { version, from });
};

const withoutNulls = (patch: SubmissionPatch): Partial<Submission> =>
  Object.fromEntries(Object.entries(patch).map(([field, value]) => [field, value ?? undefined]));
