import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { Post } from "../../shared/social/post/post.ts";
import { ContentTemplate, TemplateView } from "../../shared/social/template/content-template.ts";
import { TemplateDraft } from "../../shared/social/template/draft-from-template.ts";
import { TemplateFilter } from "../../shared/social/template/read-templates.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const Params = z.strictObject({ template_id: z.uuid() });
const reply = { status: 200, body: TemplateView } as const;
const taken = { name_taken: { status: 409, when: "another template has this name" } } as const;
const written = { ...taken, stray_brace: { status: 422, when: "`caption_template` has a brace that is part of no placeholder" } } as const;

export const templates = resource("social", "templates", "Texts with placeholders from which posts are drafted, and how those posts fare.", {
  createTemplate: route({
    method: "POST",
    path: "/social/templates",
    summary: "Write a template",
    description: "Placeholders in `caption_template` are names in braces: `{exercise_name}`. Hashtags without #.",
    policy: editors,
    idempotent: true,
    body: ContentTemplate.api.create,
    reply: { status: 201, body: TemplateView, location: "/social/templates/{id}" },
    errors: written,
    example: {
      body: {
        name: "Workout demo",
        category: "workout_demo",
        platform: "instagram",
        caption_template: "{exercise_name}: {sets} sets of {reps}.",
        hashtag_sets: [["fitness", "workout"]],
      },
    },
  }),
  listTemplates: route({
    method: "GET",
    path: "/social/templates",
    summary: "List templates",
    description: "The oldest first; with `ranked=true` those that were rated, by the lower bound of their success.",
    policy: everyone,
    query: TemplateFilter,
    list: true,
    reply,
  }),
  getTemplate: route({ method: "GET", path: "/social/templates/{template_id}", summary: "Read a template", policy: everyone, params: Params, reply }),
  patchTemplate: route({
    method: "PATCH",
    path: "/social/templates/{template_id}",
    summary: "Change a template",
    description: "Posts that were drafted from it stay as they are.",
    policy: editors,
    params: Params,
    if_match: true,
    body: ContentTemplate.api.patch,
    reply,
    errors: written,
    example: { body: { caption_template: "{exercise_name}: {sets} sets." } },
  }),
  deleteTemplate: route({
    method: "DELETE",
    path: "/social/templates/{template_id}",
    summary: "Delete a template",
    description: "Posts that were drafted from it stay.",
    policy: editors,
    params: Params,
    if_match: true,
    reply: { status: 204, body: null },
  }),
  draftFromTemplate: route({
    method: "POST",
    path: "/social/templates/{template_id}/posts",
    summary: "Draft a post from a template",
    description: "`values` has one text for each placeholder; missing and unknown ones are refused all at once.",
    policy: editors,
    params: Params,
    idempotent: true,
    body: TemplateDraft,
    reply: { status: 201, body: Post.api.response, location: "/social/posts/{id}" },
    errors: { values_rejected: { status: 422, when: "values, network or set of hashtags do not fit the template; `errors` has everything" } },
    example: {
      body: {
        media_type: "video",
        placement: "reel",
        media_urls: ["https://media.example.com/squat.mp4"],
        values: { exercise_name: "Squats", sets: "5", reps: "5" },
        hashtag_set: 0,
      },
    },
  }),
});
