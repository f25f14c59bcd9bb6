import * as z from "zod";
import { date, email, id, newId, nowField } from "../../../../shared/kernel/fields.ts";
import { entity } from "../../../../shared/kernel/table/entity.ts";
import type { Item } from "../../../../shared/kernel/table/entity.ts";
import { table } from "../../../../shared/kernel/table/table.ts";

/** A small platform that uses every part of the table layer. */
export const studio = table("studio", ["gsi1", "gsi2", "gsi3"], { globals: ["Signal", "Artist.byShard"] });

export const Artist = entity(studio, "Artist", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().min(1).max(200),
    emails: z.array(email).max(5).default([]),
    handle: z
      .string()
      .regex(/^[a-z0-9_-]{1,50}$/)
      .optional(),
    tier: z.enum(["T1", "T2", "T3"]).default("T1"),
    followers: z.int().min(0).default(0),
    status: z.enum(["active", "paused"]).default("active"),
    notes: z.string().max(2000).optional(),
    secret: z.string().optional(),
  }),
  key: ["{org_id}#A#{id}", "A"],
  indexes: {
    byTier: { on: "gsi1", pk: "{org_id}#AT#{tier}", sk: "{followers:10}#{id}" },
    paused: { on: "gsi2", pk: "{org_id}#AP", sk: "{id}", when: { status: "paused" } },
    byShard: { on: "gsi3", pk: "ARTISTS#{%4}", sk: "{org_id}#{id}" },
  },
  unique: { handle: "{org_id}#{handle}", email: "{org_id}#{emails[]}" },
  server: ["tier", "followers"],
  hidden: ["secret"],
});
export type Artist = Item<typeof Artist>;

export const Release = entity(studio, "Release", {
  fields: () => ({
    org_id: id,
    id: newId,
    artist_id: id,
    title: z.string().min(1),
    status: z.enum(["draft", "review", "live", "withdrawn"]).default("draft"),
    live_on: date.optional(),
    plays: z.int().min(0).default(0),
    tags: z.array(z.string()).default([]),
  }),
  key: ["{org_id}#R#{id}", "R"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#RS#{status}", sk: "{id}" },
    byDay: { on: "gsi2", pk: "{org_id}#RD#{live_on}", sk: "{id}" },
  },
  server: ["status", "plays"],
  immutable: ["artist_id"],
  states: { field: "status", transitions: { draft: ["review"], review: ["live", "draft"], live: ["withdrawn"] } },
  check: (release) =>
    release.status === "live" && release.live_on === undefined ? [{ pointer: "/live_on", code: "no_day", detail: "A live release needs live_on." }] : false,
});
export type Release = Item<typeof Release>;

/** Balance and entries of one artist share a partition. */
export const Balance = entity(studio, "Balance", {
  fields: () => ({ org_id: id, artist_id: id, amount: z.int().min(0), cap: z.int().min(0), moves: z.int().default(0) }),
  key: ["{org_id}#M#{artist_id}", "B"],
  check: (balance) => balance.amount > balance.cap && "amount is above the cap",
});
export const Entry = entity(studio, "Entry", {
  fields: () => ({ org_id: id, artist_id: id, seq: z.int().min(1), amount: z.int(), reference: z.string(), at: nowField }),
  key: ["{org_id}#M#{artist_id}", "E#{seq:8}"],
  unique: { reference: "{org_id}#{artist_id}#{reference}" },
});

/** Of no org, with a time to live. */
export const Signal = entity(studio, "Signal", {
  fields: () => ({ name: z.string(), seen: z.int().default(0), expires_at: z.int().optional() }),
  key: ["SIGNAL#{name}", "S"],
  ttl: (signal) => signal.expires_at,
});
