import { RemovalPolicy } from "aws-cdk-lib";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { acknowledge } from "../nag.ts";
import { secretNames } from "../names.ts";
import type { Stage } from "../stage.ts";

/**
 * The secrets that functions get by name. The key of cursors is random. A provider's credentials begin as a random
 * value that it refuses, so that the first deployment succeeds; an operator then sets the real ones (runbook,
 * "Secrets").
 */
export const secrets = (scope: Construct, stage: Stage): void => {
  const names = secretNames(stage);
  const random = { passwordLength: 64, excludePunctuation: true };
  secret(
    scope,
    "CursorKey",
    names.cursor_key,
    random,
    "A new key makes every open cursor invalid; it is changed by deployment, when one is known to have leaked.",
  );
  secret(
    scope,
    "SoundCloud",
    names.soundcloud,
    { ...random, secretStringTemplate: JSON.stringify({ client_id: "not-set" }), generateStringKey: "client_secret" },
    "SoundCloud issues these credentials and has no interface to rotate them.",
  );
  secret(
    scope,
    "Resend",
    names.resend,
    { ...random, secretStringTemplate: JSON.stringify({}), generateStringKey: "api_key" },
    "Resend issues this key; it is replaced by hand, as the runbook says.",
  );
  secret(
    scope,
    "ResendWebhook",
    names.resend_webhook,
    random,
    "Resend issues the secret of its webhook; it is replaced by hand, the old one kept beside it meanwhile.",
  );
};

const secret = (
  scope: Construct,
  id: string,
  secretName: string,
  generateSecretString: secretsmanager.SecretStringGenerator,
  why_not_rotated: string,
): void => {
  const made = new secretsmanager.Secret(scope, id, { secretName, generateSecretString, removalPolicy: RemovalPolicy.RETAIN });
  acknowledge(made, "AwsSolutions-SMG4", why_not_rotated);
};
