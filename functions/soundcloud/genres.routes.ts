import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { GenreFamily } from "../../shared/soundcloud/taxonomy/genre-family.ts";
import { Subgenre } from "../../shared/soundcloud/taxonomy/subgenre.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "all" });
const admin = roles("soundcloud", { admin: "all" });
const FamilyParams = z.strictObject({ family_id: z.uuid() });
const SubgenreParams = z.strictObject({ subgenre_id: z.uuid() });
const taken = { name_taken: { status: 409, when: "there is one of that name, whatever its case" } } as const;
const named = z.strictObject({ id: z.uuid(), name: z.string() }).nullable();

export const genres = resource("soundcloud", "genres", "The org's taxonomy: genre families, their subgenres, and the words that classify text.", {
  listGenreFamilies: route({
    method: "GET",
    path: "/soundcloud/genre-families",
    summary: "List genre families",
    policy: everyone,
    list: true,
    reply: { status: 200, body: GenreFamily.api.response },
  }),
  createGenreFamily: route({
    method: "POST",
    path: "/soundcloud/genre-families",
    summary: "Add a genre family",
    policy: admin,
    idempotent: true,
    body: GenreFamily.api.create,
    reply: { status: 201, body: GenreFamily.api.response },
    errors: taken,
    example: { body: { name: "Jazz" } },
  }),
  patchGenreFamily: route({
    method: "PATCH",
    path: "/soundcloud/genre-families/{family_id}",
    summary: "Rename or deactivate a genre family",
    policy: admin,
    params: FamilyParams,
    if_match: true,
    body: GenreFamily.api.patch,
    reply: { status: 200, body: GenreFamily.api.response },
    errors: taken,
    example: { body: { active: false } },
  }),
  listSubgenres: route({
    method: "GET",
    path: "/soundcloud/subgenres",
    summary: "List subgenres",
    policy: everyone,
    list: true,
    reply: { status: 200, body: Subgenre.api.response },
  }),
  createSubgenre: route({
    method: "POST",
    path: "/soundcloud/subgenres",
    summary: "Add a subgenre",
    policy: admin,
    idempotent: true,
    body: Subgenre.api.create,
    reply: { status: 201, body: Subgenre.api.response },
    errors: { ...taken, unknown_genre: { status: 422, when: "`family_id` names no family of the org" } },
    example: { body: { family_id: "019e1b9a-7c00-7000-8000-000000000001", name: "Bebop", patterns: ["bebop", "be bop"] } },
  }),
  patchSubgenre: route({
    method: "PATCH",
    path: "/soundcloud/subgenres/{subgenre_id}",
    summary: "Change a subgenre",
    policy: admin,
    params: SubgenreParams,
    if_match: true,
    body: Subgenre.api.patch,
    reply: { status: 200, body: Subgenre.api.response },
    errors: taken,
    example: { body: { patterns: ["bebop"], order_index: 3 } },
  }),
  classifyText: route({
    method: "POST",
    path: "/soundcloud/genres/classify",
    summary: "Classify text as a genre",
    description: "Changes nothing. The longest pattern that stands in the text as whole words wins; the reply names it.",
    policy: everyone,
    body: z.strictObject({ text: z.string().min(1).max(2000) }),
    reply: { status: 200, body: z.object({ family: named, subgenre: named, pattern: z.string().nullable(), qa_flag: z.boolean() }) },
    example: { body: { text: "Neon Nights (deep house mix)" } },
  }),
});
