import * as z from "zod";
import { command } from "../envelope.ts";

export const ProvisionOrg = command(
  "soundcloud.provision-org.v1",
  "Give an org its settings, sample taxonomy and campaign account.",
  z.strictObject({ platform: z.string() }),
  { platform: "soundcloud" },
);
