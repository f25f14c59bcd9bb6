import { type FaultReplies, edgePage } from "../faults.ts";
import type { SandboxReply } from "../server.ts";

/** An error as Google's APIs word it. */
export const youtubeError = (code: number, reason: string, message: string, domain = "youtube"): SandboxReply => ({
  status: code,
  body: { error: { code, message, errors: [{ domain, reason, message }], status: code === 401 ? "UNAUTHENTICATED" : "FAILED" } },
});

export const badToken = youtubeError(401, "authError", "Request had invalid authentication credentials.", "global");
export const usedUp = youtubeError(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.", "youtube.quota");

export const faultReplies: FaultReplies = {
  "429_json": youtubeError(403, "rateLimitExceeded", "Too many requests in too little time.", "usageLimits"),
  "429_gateway": { status: 429 },
  "429_text": { status: 429, body: "Too many requests" },
  "403_html": edgePage,
  "401": badToken,
  "500": youtubeError(500, "backendError", "Backend Error", "global"),
  "503": { status: 503, body: "upstream connect error" },
};
