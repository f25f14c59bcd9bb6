import * as z from "zod";

/** What Resend posts, as far as it is read; kinds and fields that come later are let through. */
export const ResendEvent = z.object({
  type: z.string().max(100),
  created_at: z.iso.datetime({ offset: true }),
  data: z
    .object({
      email_id: z.string().max(200).optional(),
      tags: z.record(z.string(), z.string()).optional().catch(undefined),
      bounce: z.object({ type: z.string().optional(), subType: z.string().optional() }).optional().catch(undefined),
      failed: z.object({ reason: z.string().optional() }).optional().catch(undefined),
      suppressed: z.object({ type: z.string().optional() }).optional().catch(undefined),
    })
    .default({}),
});
export type ResendEvent = z.output<typeof ResendEvent>;
