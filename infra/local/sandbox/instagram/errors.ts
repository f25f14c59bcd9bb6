import { type FaultReplies, edgePage } from "../faults.ts";
import type { SandboxReply } from "../server.ts";

/** An error as the Graph API words it. */
export const graphError = (
  code: number,
  message: string,
  { subcode, status = 400, transient = false }: { subcode?: number; status?: number; transient?: boolean } = {},
): SandboxReply => ({
  status,
  body: {
    error: {
      message,
      type: code === 190 ? "OAuthException" : "IGApiException",
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      is_transient: transient,
      fbtrace_id: "A1b2",
    },
  },
});

export const missing = graphError(100, "Object does not exist, cannot be loaded due to missing permissions, or does not support this operation", {
  subcode: 33,
});
export const badToken = graphError(190, "Error validating access token: Session has expired", { subcode: 463 });

export const faultReplies: FaultReplies = {
  "429_json": {
    ...graphError(80002, "There have been too many calls to this Instagram account. Wait a bit and try again."),
    headers: {
      "x-business-use-case-usage": JSON.stringify({ "17841400000000001": [{ type: "instagram", call_count: 100, estimated_time_to_regain_access: 20 }] }),
    },
  },
  "429_gateway": { status: 429 },
  "429_text": { status: 429, body: "Too many requests" },
  "403_html": edgePage,
  "401": badToken,
  "500": graphError(2, "An unexpected error has occurred. Please retry your request later.", { status: 500, transient: true }),
  "503": { status: 503, body: "upstream connect error" },
};
