import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { NewConversion } from "../../shared/social/conversion/create-conversion.ts";
import { RevenueView } from "../../shared/social/conversion/get-post-revenue.ts";
import { ConversionView } from "../../shared/social/conversion/present-conversion.ts";
import { ConversionFilter } from "../../shared/social/conversion/read-conversions.ts";
import { NewRefund } from "../../shared/social/conversion/refund-conversion.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const Params = z.strictObject({ conversion_id: z.uuid() });
const reply = { status: 200, body: ConversionView } as const;
const created = { status: 201, body: ConversionView, location: "/social/conversions/{id}" } as const;

const external_id_reused = { status: 409, when: "the source has said something else under this external_id; `conversion_id` names it" };
const is_refund = { status: 409, when: "the id is a refund's; `conversion_id` names what it takes back" };
const in_the_future = { status: 422, when: "the time is more than five minutes ahead" };

export const conversions = resource("social", "conversions", "What people did in the end, and which posts led to it, by five models of attribution.", {
  createConversion: route({
    method: "POST",
    path: "/social/conversions",
    summary: "Record a conversion",
    description:
      "Once per `source` and `external_id`: sent again it is answered with what is stored. Its value is divided among the person's touches of the org's posts in the days before it, by the models `last`, `first`, `linear`, `position` (40 % first, 40 % last) and `time_decay`, to the cent. Without a known person or touch it is `direct`.",
    policy: editors,
    idempotent: true,
    body: NewConversion,
    reply: created,
    errors: { external_id_reused, in_the_future },
    example: {
      body: {
        source: "checkout",
        external_id: "order-1001",
        platform: "instagram",
        platform_user_id: "1234567890",
        conversion_type: "purchase",
        conversion_value: "100.00",
        conversion_at: "2026-01-11T09:00:00.000Z",
      },
    },
  }),
  listConversions: route({
    method: "GET",
    path: "/social/conversions",
    summary: "List conversions and refunds",
    description: "The latest first; all, those whose last touch was with a post, or those of a person, in a span of time.",
    policy: everyone,
    query: ConversionFilter,
    list: true,
    reply,
  }),
  getConversion: route({
    method: "GET",
    path: "/social/conversions/{conversion_id}",
    summary: "Read a conversion with its touches and their parts of its value",
    policy: everyone,
    params: Params,
    reply,
  }),
  refundConversion: route({
    method: "POST",
    path: "/social/conversions/{conversion_id}/refund",
    summary: "Take a conversion back, in whole or in part",
    description: "The refund is a conversion of a negative value with the same touches: each loses its part. With an `external_id` it is made once.",
    policy: editors,
    params: Params,
    idempotent: true,
    body: NewRefund,
    reply: created,
    errors: {
      external_id_reused,
      is_refund,
      in_the_future,
      nothing_left: { status: 409, when: "all of its value was taken back, or it has none" },
      too_many_refunds: { status: 409, when: "it has eight refunds" },
      exceeds_rest: { status: 422, when: "the amount is 0.00 or more than what is left" },
    },
    example: { body: { amount: "25.00", external_id: "refund-1001-1" } },
  }),
  reattributeConversion: route({
    method: "POST",
    path: "/social/conversions/{conversion_id}/reattribute",
    summary: "Attribute a conversion anew",
    description: "Takes in touches that became known after it was recorded, and divides it and its refunds again. Repeating it changes nothing.",
    policy: editors,
    params: Params,
    idempotent: true,
    reply,
    errors: { is_refund, person_erased: { status: 409, when: "the person was erased" } },
  }),
  getPostRevenue: route({
    method: "GET",
    path: "/social/posts/{post_id}/revenue",
    summary: "Read what a post has earned, by model",
    description: "After refunds. A deleted post keeps what it earned.",
    policy: everyone,
    params: z.strictObject({ post_id: z.uuid() }),
    reply: { status: 200, body: RevenueView },
  }),
});
