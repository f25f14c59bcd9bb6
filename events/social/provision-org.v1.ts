import * as z from "zod";
import { command } from "../envelope.ts";

export const ProvisionOrg = command("social.provision-org.v1", "Give an org its settings and the networks.", z.strictObject({ platform: z.string() }), {
  platform: "social",
});
