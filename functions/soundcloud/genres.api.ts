import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
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
    listGenreFamilies: (ctx, { page }) => listGenreFamilies(ctx, page),
    createGenreFamily: (ctx, { body }) => createGenreFamily(ctx, body),
    patchGenreFamily: (ctx, { params, body, version }) => patchGenreFamily(ctx, params.family_id, body, version),
    listSubgenres: (ctx, { page }) => listSubgenres(ctx, page),
    createSubgenre: (ctx, { body }) => createSubgenre(ctx, body),
    patchSubgenre: (ctx, { params, body, version }) => patchSubgenre(ctx, params.subgenre_id, body, version),
    classifyText: (ctx, { body }) => classifyText(ctx, body.text),
  },
);
export const handler = onLambda(genresApi, authenticate);
