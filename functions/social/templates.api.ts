import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { createTemplate } from "../../shared/social/template/create-template.ts";
import { deleteTemplate } from "../../shared/social/template/delete-template.ts";
import { draftFromTemplate } from "../../shared/social/template/draft-from-template.ts";
import { patchTemplate } from "../../shared/social/template/patch-template.ts";
import { getTemplate, listTemplates } from "../../shared/social/template/read-templates.ts";
import { templates } from "./templates.routes.ts";

export const templatesApi = api(
  templates,
  { records: socialSystem.idempotency, ports: {} },
  {
    createTemplate: (ctx, { body }) => createTemplate(ctx, body),
    listTemplates: (ctx, { query, page }) => listTemplates(ctx, query, page),
    getTemplate: (ctx, { params }) => getTemplate(ctx, params.template_id),
    patchTemplate: (ctx, { params, body, version }) => patchTemplate(ctx, params.template_id, body, version),
    deleteTemplate: (ctx, { params, version }) => deleteTemplate(ctx, params.template_id, version),
    draftFromTemplate: (ctx, { params, body }) => draftFromTemplate(ctx, params.template_id, body),
  },
);
export const handler = onLambda(templatesApi, authenticate);
