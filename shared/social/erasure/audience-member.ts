import * as z from "zod";
import { PlatformName } from "../platform/social-platform.ts";

/** Somebody of the audience, as a network calls them. */
export const AudienceMember = z.strictObject({ platform: PlatformName, platform_user_id: z.string().min(1).max(100) });
export type AudienceMember = z.output<typeof AudienceMember>;
