import * as z from "zod";
import { command } from "../envelope.ts";

export const Reconcile = command(
  "soundcloud.reconcile.v1",
  "Recompute wallets, queues and counters from raw items and report differences.",
  z.strictObject({ date: z.iso.date() }),
  { date: "2026-11-21" },
);
