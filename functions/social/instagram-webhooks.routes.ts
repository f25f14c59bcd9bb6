import * as z from "zod";
import { anyone, resource, route, signedBy } from "../../shared/kernel/http/route.ts";
import { Confirmation } from "../../shared/social/instagram/confirm-hook.ts";
import { InstagramMessage } from "../../shared/social/instagram/instagram-message.ts";

const OrgParams = z.strictObject({ org_id: z.uuid() });

export const instagramWebhooks = resource("social", "instagram-webhooks", "Where Instagram tells of comments and mentions.", {
  confirmHook: route({
    method: "GET",
    path: "/social/webhooks/instagram/{org_id}",
    summary: "Answer the challenge of an app that subscribes",
    description: "The challenge comes back as it is when the token is the one that the org has set.",
    policy: anyone,
    params: OrgParams,
    query: Confirmation,
    reply: { status: 200, body: z.string(), plain: true },
    errors: { wrong_verify_token: { status: 403, when: "the org has set another token, or none" } },
    rate_limit: { by: "ip", max: 60, per_seconds: 60 },
  }),
  receiveMessage: route({
    method: "POST",
    path: "/social/webhooks/instagram/{org_id}",
    summary: "Take comments and mentions of Instagram",
    description:
      "Signed with the org's app secret over the bytes of the body (`X-Hub-Signature-256`). Comments are counted as events, their hashtags and mentions of accounts as mentions of topics, by jobs and once each; other changes are ignored. The same bytes again change nothing.",
    policy: signedBy("instagram", "path", "x-hub"),
    params: OrgParams,
    body: InstagramMessage,
    max_body: 2 * 1024 * 1024,
    reply: { status: 204, body: null },
    example: {
      body: {
        object: "instagram",
        entry: [
          {
            id: "17841400000000001",
            time: 1_795_168_800,
            changes: [
              {
                field: "comments",
                value: {
                  id: "17900000000000001",
                  text: "love this",
                  from: { id: "1234567890", username: "fan_1" },
                  media: { id: "17890000000000001", media_product_type: "REELS" },
                },
              },
            ],
          },
        ],
      },
    },
  }),
});
