import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { email, id, moneyUsd, newId, nowField } from "../../../../shared/kernel/fields.ts";
import { entity } from "../../../../shared/kernel/table/entity.ts";
import { table } from "../../../../shared/kernel/table/table.ts";
import { testCtx } from "../../../support/dynamo.ts";

const Offer = entity(table("shop", ["gsi1"]), "Offer", {
  fields: () => ({
    org_id: id,
    id: newId,
    client_id: id,
    contact: email.optional(),
    price: moneyUsd,
    tags: z.array(z.string().max(5)).default([]),
    made_at: nowField,
    sent_at: z.iso.datetime().optional(),
    token: z.string().optional(),
    status: z.enum(["open", "closed"]).default("open"),
  }),
  key: ["{org_id}#O#{id}", "O"],
  server: ["sent_at"],
  immutable: ["client_id"],
  hidden: ["token"],
  states: { field: "status", transitions: { open: ["closed"] } },
});
const keysOf = (schema: z.ZodObject): string[] => Object.keys(schema.shape);

describe("faces", () => {
  it("have the fields that each direction may carry", () => {
    expect(keysOf(Offer.api.create)).toEqual(["client_id", "contact", "price", "tags", "token"]);
    expectTypeOf<keyof z.output<typeof Offer.api.create>>().toEqualTypeOf<"client_id" | "contact" | "price" | "tags" | "token">();
    expect(keysOf(Offer.api.patch)).toEqual(["contact", "price", "tags", "made_at", "token"]);
    expect(keysOf(Offer.api.response)).toEqual([
      "org_id",
      "id",
      "client_id",
      "contact",
      "price",
      "tags",
      "made_at",
      "sent_at",
      "status",
      "version",
      "created_at",
      "updated_at",
    ]);
  });

  it("create: defaults apply, unknown and server fields are refused", () => {
    const { create } = Offer.api;
    const client_id = testCtx().ids.uuid();
    expect(create.parse({ client_id, price: "5", contact: "A@Example.com" })).toEqual({ client_id, price: "5.00", contact: "a@example.com", tags: [] });
    for (const more of [{ status: "closed" }, { sent_at: "2026-11-20T09:00:00Z" }, { id: client_id }, { colour: "red" }])
      expect(create.safeParse({ client_id, price: "5", ...more }).error?.issues).toMatchObject([{ code: "unrecognized_keys", keys: Object.keys(more) }]);
  });

  it("patch: nothing is required, no default applies, null clears what is optional only", () => {
    const { patch } = Offer.api;
    expect(patch.parse({})).toEqual({});
    expect(patch.parse({ contact: null, tags: ["a"] })).toEqual({ contact: null, tags: ["a"] });
    expect(patch.safeParse({ price: null }).success).toBe(false);
    expect(patch.safeParse({ tags: null }).success).toBe(false);
    expect(patch.safeParse({ client_id: testCtx().ids.uuid() }).success).toBe(false);
    expect(patch.safeParse({ tags: ["too long"] }).success).toBe(false);
  });

  it("response: strips what is hidden from an item", () => {
    const ctx = testCtx();
    const offer = Offer.draft(ctx, { org_id: ctx.org_id, client_id: ctx.ids.uuid(), price: "5", token: "secret" });
    const { token: _, ...shown } = offer;
    expect(Offer.api.response.parse(offer)).toEqual(shown);
    expect(Offer.schema.parse(offer)).toEqual(offer);
    expect(Offer.schema.safeParse({ ...offer, colour: "red" }).success).toBe(false);
  });

  it("speak JSON Schema without the layer's stand-ins", () => {
    for (const face of [Offer.api.create, Offer.api.patch, Offer.api.response])
      for (const io of ["input", "output"] as const) expect(JSON.stringify(z.toJSONSchema(face, { io }))).not.toContain("filled from");
  });

  it("are made once", () => {
    expect(Offer.api.create).toBe(Offer.api.create);
    expect(Offer.schema).toBe(Offer.schema);
  });
});

describe("draft", () => {
  it("fills id and time from the context and keeps what is given", () => {
    const ctx = testCtx();
    const given = { org_id: ctx.org_id, client_id: ctx.ids.uuid(), price: "5" };
    const [one, two] = [Offer.draft(ctx, given), Offer.draft(ctx, { ...given, id: ctx.org_id, made_at: "2026-01-01T00:00:00Z" })];
    expect(one).toMatchObject({ made_at: "2026-11-20T09:00:00.000Z", version: 1, created_at: "2026-11-20T09:00:00.000Z" });
    expect(z.uuidv7().safeParse(one.id).success).toBe(true);
    expect(two).toMatchObject({ id: ctx.org_id, made_at: "2026-01-01T00:00:00Z" });
  });
});
