import { Webhook } from "standardwebhooks";

export interface Signing {
  readonly id: string;
  readonly at: Date;
  readonly prefix?: "webhook" | "svix";
}

/** The headers with which a sender signs a message after Standard Webhooks; several secrets make several signatures. */
export const signed = (secrets: string | readonly string[], text: string, { id, at, prefix = "webhook" }: Signing): Record<string, string> => ({
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1000)),
  [`${prefix}-signature`]: [secrets]
    .flat()
    .map((secret) => new Webhook(secret).sign(id, at, text))
    .join(" "),
});
