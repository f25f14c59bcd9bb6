import { type AddressField, partAt, withPartAt } from "./address-fields.ts";
import type { Reply } from "../api-client.ts";
import { type Scene, scenes } from "../fuzz/scenes.ts";
import { pathOf } from "../matrix/operations.ts";
import { type MatrixWorld, freshIp } from "../matrix/world.ts";
import { markupWith } from "./hostile-addresses.ts";
import { signed } from "../signed.ts";

let taken = 0;
const next = (): number => (taken += 1);

/** What a request says beside the address, where its scene or example says something that goes with none. */
const bodies: Readonly<Record<string, unknown>> = { "soundcloud.patchAssignment": {} };

/** Each honest handle is another, so that none is taken already. */
const fresh = (field: AddressField): string => (field.honest.includes("://") ? field.honest : `${field.honest}-${next()}`);

const written = ({ markup }: AddressField, address: string): string => (markup ? markupWith(address) : address);

/** Asks for an operation with an address in one of its fields, as who may do so; the honest one where none is given. */
export const sendAddress = async (place: MatrixWorld, field: AddressField, address?: string): Promise<Reply> => {
  const { operation } = field;
  const { here, client, clock, ids } = place;
  const declared = place.operations.find(({ id }) => id === operation.id);
  if (!declared) throw new Error(`The reference has ${operation.id}, and no API does.`);
  const scene: Scene = (await scenes[operation.id]?.(place)) ?? {};
  const needs = (name: string): boolean => operation.parameters.some((one) => one.in === "header" && one.name === name);
  const base = bodies[operation.id] ?? scene.body ?? operation.body?.example;
  const inner = field.path;
  const value = address === undefined ? ((field.place === "body" ? partAt(base, inner) : undefined) ?? written(field, fresh(field))) : written(field, address);
  const body = field.place === "body" ? withPartAt(base, inner, value) : base;
  const params = { ...here.own, ...scene.params, ...(field.place === "path" ? { [inner[0]!]: String(value) } : {}) };
  const path = pathOf(declared, params);
  const token = scene.token ?? here.admin.token;
  const org = scene.org ?? here.org.org_id;
  const version = async (): Promise<number> => (await client.get(path, { token, org, ip: freshIp() })).body.version ?? 1;
  const headers =
    scene.secret !== undefined && declared.route.policy.kind === "signed"
      ? signed(scene.secret, JSON.stringify(body), { id: ids.uuid(), at: clock.now(), prefix: declared.route.policy.headers })
      : {};
  return client.request(declared.route.method, path, body, {
    ...(operation.secured ? { token, org } : {}),
    ...(needs("Idempotency-Key") ? { key: ids.uuid() } : {}),
    ...(needs("If-Match") ? { version: scene.version ?? (await version()) } : {}),
    headers: { ...headers, ...(field.place === "header" ? { [inner[0]!]: String(value) } : {}) },
    query: { ...scene.query, ...(field.place === "query" ? { [inner[0]!]: String(value) } : {}) },
    ip: freshIp(),
  });
};
