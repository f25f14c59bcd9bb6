import type { Bus, Entry } from "../bus/bus.ts";
import type { Secrets } from "../provision/secrets.ts";
import { AwsError, type Operation } from "./aws-json.ts";

const ENTRIES = 10;

/** EventBridge, as far as functions use it. */
export const eventOperations = (bus: Bus): Record<string, Operation> => ({
  "AWSEvents.PutEvents": async ({ Entries = [] }: { readonly Entries?: readonly Entry[] }) => {
    if (Entries.length === 0 || Entries.length > ENTRIES) throw new AwsError("ValidationException", `Entries must hold 1 to ${ENTRIES} events.`);
    const results = await Promise.all(Entries.map((entry) => bus.put(entry)));
    return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
  },
});

/** Secrets Manager, as far as functions use it. */
export const secretOperations = (secrets: Secrets): Record<string, Operation> => ({
  "secretsmanager.GetSecretValue": ({ SecretId }: { readonly SecretId: string }) => {
    const value = secrets.value(SecretId);
    if (value === undefined) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return { ARN: SecretId, Name: SecretId, SecretString: value, VersionStages: ["AWSCURRENT"] };
  },
});
