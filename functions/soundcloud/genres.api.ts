import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { presentNamed, presentNamedPage } from "../../shared/soundcloud/party/name-key.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import type { GenreFamily } from "../../shared/soundcloud/taxonomy/genre-family.ts";
import type { Subgenre } from "../../shared/soundcloud/taxonomy/subgenre.ts";
import {
  classifyText,
  createGenreFamily,
  createSubgenre,
  listGenreFamilies,
  listSubgenres,
  patchGenreFamily,
  patchSubgenre,
} from "../../shared/soundcloud/taxonomy/taxonomy.ts";
import { genres } from "./genres.routes.ts";

export const genresApi = api(
  genres,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    listGenreFamilies: async (ctx, { page }) => presentNamedPage(await listGenreFamilies(ctx, page)),
    createGenreFamily: { run: (ctx, { body }) => createGenreFamily(ctx, body), present: async (_ctx, made: GenreFamily) => presentNamed(made) },
    patchGenreFamily: async (ctx, { params, body, version }) => presentNamed(await patchGenreFamily(ctx, params.family_id, body, version)),
    listSubgenres: async (ctx, { page }) => presentNamedPage(await listSubgenres(ctx, page)),
    createSubgenre: { run: (ctx, { body }) => createSubgenre(ctx, body), present: async (_ctx, made: Subgenre) => presentNamed(made) },
    patchSubgenre: async (ctx, { params, body, version }) => presentNamed(await patchSubgenre(ctx, params.subgenre_id, body, version)),
    classifyText: (ctx, { body }) => classifyText(ctx, body.text),
  },
);
export const handler = onLambda(genresApi, authenticate);
