import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { Client } from "../../shared/soundcloud/party/client.ts";
import { Salesperson } from "../../shared/soundcloud/party/salesperson.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const ClientParams = z.strictObject({ client_id: z.uuid() });
const SalespersonParams = z.strictObject({ salesperson_id: z.uuid() });
const taken = { name_taken: { status: 409, when: "there is one of that name, whatever its case and spacing" } } as const;

export const parties = resource("soundcloud", "parties", "Who pays money and who sells: clients and salespersons.", {
  listClients: route({
    method: "GET",
    path: "/soundcloud/clients",
    summary: "List clients by name",
    policy: ops,
    list: true,
    reply: { status: 200, body: Client.api.response },
  }),
  createClient: route({
    method: "POST",
    path: "/soundcloud/clients",
    summary: "Add a client",
    policy: ops,
    idempotent: true,
    body: Client.api.create,
    reply: { status: 201, body: Client.api.response, location: "/soundcloud/clients/{id}" },
    errors: taken,
    example: { body: { name: "Quiet Choir", emails: ["booking@quietchoir.example"] } },
  }),
  getClient: route({
    method: "GET",
    path: "/soundcloud/clients/{client_id}",
    summary: "Read a client",
    policy: ops,
    params: ClientParams,
    reply: { status: 200, body: Client.api.response },
  }),
  patchClient: route({
    method: "PATCH",
    path: "/soundcloud/clients/{client_id}",
    summary: "Change a client",
    policy: ops,
    params: ClientParams,
    if_match: true,
    body: Client.api.patch,
    reply: { status: 200, body: Client.api.response },
    errors: taken,
    example: { body: { notes: "Prefers mail." } },
  }),
  listSalespersons: route({
    method: "GET",
    path: "/soundcloud/salespersons",
    summary: "List salespersons by name",
    policy: ops,
    list: true,
    reply: { status: 200, body: Salesperson.api.response },
  }),
  createSalesperson: route({
    method: "POST",
    path: "/soundcloud/salespersons",
    summary: "Add a salesperson",
    policy: ops,
    idempotent: true,
    body: Salesperson.api.create,
    reply: { status: 201, body: Salesperson.api.response, location: "/soundcloud/salespersons/{id}" },
    errors: taken,
    example: { body: { name: "Jared Pike", email: "jared@agency.example" } },
  }),
  getSalesperson: route({
    method: "GET",
    path: "/soundcloud/salespersons/{salesperson_id}",
    summary: "Read a salesperson",
    policy: ops,
    params: SalespersonParams,
    reply: { status: 200, body: Salesperson.api.response },
  }),
  patchSalesperson: route({
    method: "PATCH",
    path: "/soundcloud/salespersons/{salesperson_id}",
    summary: "Change a salesperson",
    policy: ops,
    params: SalespersonParams,
    if_match: true,
    body: Salesperson.api.patch,
    reply: { status: 200, body: Salesperson.api.response },
    errors: taken,
    example: { body: { email: "pike@agency.example" } },
  }),
});
