import * as z from "zod";
import { event } from "../envelope.ts";

export const ConnectionLost = event(
  "soundcloud.connection-lost.v1",
  "A member's account is no longer connected: one event per episode, not per failed call.",
  z.strictObject({ member_id: z.uuid(), account_id: z.uuid(), status: z.enum(["reconnect", "disconnected", "error"]) }),
  { member_id: "0199b1f0-7c00-7000-8000-000000000002", account_id: "0199b1f0-7c00-7000-8000-000000000022", status: "reconnect" },
);
