import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Client } from "./client.ts";
import { nameKey } from "./name-key.ts";
import { Salesperson } from "./salesperson.ts";

const renamed = (name: string | undefined): { name_key?: string } => (name === undefined ? {} : { name_key: nameKey(name) });

export const listClients = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<Client>> => Client.query.byName(ctx, { org_id: ctx.org_id }, page);
export const getClient = (ctx: OrgCtx, id: string): Promise<Client> => Client.get(ctx, { org_id: ctx.org_id, id });
/** Throws DomainError `name_taken`. */
export const createClient = (ctx: OrgCtx, input: { name: string; emails: string[]; notes?: string | undefined }): Promise<Client> =>
  Client.create(ctx, { ...input, org_id: ctx.org_id, name_key: nameKey(input.name) });
export const patchClient = (
  ctx: OrgCtx,
  id: string,
  patch: { name?: string | undefined; emails?: string[] | undefined; notes?: string | null | undefined },
  version: number,
): Promise<Client> => Client.patch(ctx, { org_id: ctx.org_id, id }, { ...patch, ...renamed(patch.name) }, { version });

export const listSalespersons = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<Salesperson>> => Salesperson.query.byName(ctx, { org_id: ctx.org_id }, page);
export const getSalesperson = (ctx: OrgCtx, id: string): Promise<Salesperson> => Salesperson.get(ctx, { org_id: ctx.org_id, id });
/** Throws DomainError `name_taken`. */
export const createSalesperson = (ctx: OrgCtx, input: { name: string; email?: string | undefined }): Promise<Salesperson> =>
  Salesperson.create(ctx, { ...input, org_id: ctx.org_id, name_key: nameKey(input.name) });
export const patchSalesperson = (
  ctx: OrgCtx,
  id: string,
  patch: { name?: string | undefined; email?: string | null | undefined },
  version: number,
): Promise<Salesperson> => Salesperson.patch(ctx, { org_id: ctx.org_id, id }, { ...patch, ...renamed(patch.name) }, { version });
