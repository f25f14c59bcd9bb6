import { randomUUID } from "node:crypto";
import type { Floors } from "../../tests/support/floors.ts";
import type { SoundcloudWorld } from "../../tests/support/soundcloud.ts";
import type { Asked } from "./asked.ts";

/** What one request reads and writes: requests to DynamoDB, items and units. */
export interface Consumption {
  readonly requests: number;
  readonly items: number;
  readonly read: number;
  readonly write: number;
}

/** Asks once, through the real handler over a metered database. Throws when the request is refused. */
export const consumption = async (
  { clientOn }: Pick<SoundcloudWorld, "clientOn">,
  { db, take }: Floors,
  caller: { readonly token: string; readonly org: string },
  { method, path, query, body }: Asked,
): Promise<Consumption> => {
  take();
  const reply = await clientOn(db)
    .as(caller)
    .request(method, path, body, { ...(query ? { query } : {}), ...(method === "POST" ? { key: randomUUID() } : {}) });
  if (reply.status >= 300) throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  const uses = take();
  const total = (of: "items" | "read" | "write"): number => uses.reduce((sum, use) => sum + use[of], 0);
  return { requests: uses.length, items: total("items"), read: total("read"), write: total("write") };
};

/** How many times as much the larger one takes, of whatever grew most. */
export const growth = (small: Consumption, large: Consumption): number =>
  Math.max(...(["requests", "items", "read", "write"] as const).map((of) => (small[of] === 0 ? (large[of] === 0 ? 1 : Infinity) : large[of] / small[of])));
