import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { SignedPolicy } from "../../shared/kernel/http/route.ts";

export interface Signing {
  readonly id: string;
  readonly at: Date;
  readonly prefix?: SignedPolicy["headers"];
}

/** The header with which a sender signs the body alone. */
export const hubSigned = (secret: string, text: string): Record<string, string> => ({
  "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`,
});

/** The headers with which a sender signs a message after Standard Webhooks; several secrets make several signatures. */
export const signed = (secrets: string | readonly string[], text: string, { id, at, prefix = "webhook" }: Signing): Record<string, string> =>
  prefix === "x-hub"
    ? hubSigned([secrets].flat()[0]!, text)
    : {
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1000)),
        [`${prefix}-signature`]: [secrets]
          .flat()
          .map((secret) => new Webhook(secret).sign(id, at, text))
          .join(" "),
      };
