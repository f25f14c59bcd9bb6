import { type FaultReplies, edgePage } from "../faults.ts";
import type { SandboxReply } from "../server.ts";

/** A reply as TikTok words each: what was asked for, and an error, which is `ok` where there is none. */
export const tiktokReply = (status: number, code: string, message: string, body: object = {}): SandboxReply => ({
  status,
  body: { data: body, error: { code, message, log_id: "202611201000000A1B2C3D4E5F" } },
});

export const badToken = tiktokReply(401, "access_token_invalid", "The access token is invalid or not found in the request.");
export const badScope = tiktokReply(401, "scope_not_authorized", "The user did not authorize the scope required for completing this request.");
export const badParams = (message: string): SandboxReply => tiktokReply(400, "invalid_params", message);
export const tooMany = tiktokReply(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.");

export const faultReplies: FaultReplies = {
  "429_json": tooMany,
  "429_gateway": { status: 429 },
  "429_text": { status: 429, body: "Too many requests" },
  "403_html": edgePage,
  "401": badToken,
  "500": tiktokReply(500, "internal_error", "Something went wrong. Please try again later."),
  "503": { status: 503, body: "upstream connect error" },
};
