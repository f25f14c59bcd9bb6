import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { AudienceMember } from "../../shared/social/erasure/audience-member.ts";
import { PersonErasure } from "../../shared/social/erasure/person-erasure.ts";
import { ExportView } from "../../shared/social/export/read-exports.ts";

const owners = roles("social", { owner: "all" });
const example = { body: { platform: "instagram", platform_user_id: "1234567890" } } as const;
const erasure = { status: 200, body: PersonErasure.api.response } as const;

export const persons = resource("social", "persons", "People of the audience: what is held of them, to be handed over or erased.", {
  erasePerson: route({
    method: "POST",
    path: "/social/persons/erase",
    summary: "Erase somebody of the audience",
    description:
      "A job takes them out of events and conversions, which stay as counts and sums, removes their touches, and withdraws exports that tell of them. The erasure tells how far it is, and in the end no longer whom it was about.",
    policy: owners,
    idempotent: true,
    body: AudienceMember,
    reply: { status: 202, body: PersonErasure.api.response, location: "/social/person-erasures/{id}" },
    example,
  }),
  exportPerson: route({
    method: "POST",
    path: "/social/persons/export",
    summary: "Order everything that is held of somebody of the audience",
    description: "As one JSON document; read the export for its link.",
    policy: owners,
    idempotent: true,
    rate_limit: { by: "actor", max: 30, per_seconds: 3600 },
    body: AudienceMember,
    reply: { status: 202, body: ExportView, location: "/social/exports/{id}" },
    example,
  }),
  getErasure: route({
    method: "GET",
    path: "/social/person-erasures/{person_erasure_id}",
    summary: "Read an erasure: how far it is",
    policy: owners,
    params: z.strictObject({ person_erasure_id: z.uuid() }),
    reply: erasure,
  }),
  listErasures: route({
    method: "GET",
    path: "/social/person-erasures",
    summary: "List erasures, the latest first",
    policy: owners,
    list: true,
    reply: erasure,
  }),
});
