import { randomInt } from "node:crypto";
import type { Resource } from "../assembly/read-assembly.ts";
import type { Resolver } from "../assembly/resolve.ts";
import type { Records } from "../data-folder.ts";
import { Refusal } from "../refusal.ts";

interface GenerateSecretString {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly IncludeSpace?: boolean;
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}
interface SecretProperties {
  readonly SecretString?: string;
  readonly GenerateSecretString?: GenerateSecretString;
}

export interface Secrets {
  /** The value of a secret by name or ARN; undefined when no template has it. */
  value(id: string): string | undefined;
  /** A text with every `{{resolve:secretsmanager:…}}` replaced. Throws a Refusal for one that leads nowhere. */
  fill(text: string): string;
}

const alphabet = (rule: GenerateSecretString): string => {
  const all = [
    rule.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    rule.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    rule.ExcludeNumbers ? "" : "0123456789",
    rule.ExcludePunctuation ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    rule.IncludeSpace ? " " : "",
  ].join("");
  return [...all].filter((character) => !rule.ExcludeCharacters?.includes(character)).join("");
};

const generate = (rule: GenerateSecretString): string => {
  const from = alphabet(rule);
  const random = Array.from({ length: rule.PasswordLength ?? 32 }, () => from[randomInt(from.length)]).join("");
  if (rule.GenerateStringKey === undefined) return random;
  return JSON.stringify({ ...(JSON.parse(rule.SecretStringTemplate ?? "{}") as object), [rule.GenerateStringKey]: random });
};

/** `secretsmanager:<name or ARN>:SecretString:<field>:<stage>:<version>`; everything after the id may be left out. */
const reference = /\{\{resolve:([a-z-]+):((?:arn:[^:}]*:[^:}]*:[^:}]*:[^:}]*:[^:}]*:)?[^:}]*)(?::SecretString)?(?::([^:}]*))?(?::[^}]*)?\}\}/g;

const fieldOf = (value: string, field: string, id: string): string => {
  const found = (JSON.parse(value) as Record<string, unknown>)[field];
  if (found === undefined)
    throw new Refusal(
      `A template uses the field ${field} of the secret ${id}.`,
      "The secret has no such field.",
      "Correct the reference, or the secret's template.",
    );
  return String(found);
};

const valueOf = (resource: Resource, resolver: Resolver, kept: Records, name: string): string => {
  const { SecretString, GenerateSecretString } = resolver.properties<SecretProperties>(resource);
  if (SecretString !== undefined) return SecretString;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = generate(GenerateSecretString ?? {});
  kept.set(name, made);
  return made;
};

/** The secrets of the templates: given values as they are, generated ones made once and kept. */
export const provideSecrets = (resolver: Resolver, kept: Records): Secrets => {
  const values = new Map<string, string>();
  for (const resource of resolver.ofType("AWS::SecretsManager::Secret")) {
    const { ref } = resolver.identity(resource);
    const name = ref.split(":secret:")[1]!;
    values.set(name, valueOf(resource, resolver, kept, name));
  }
  const value = (id: string): string | undefined => values.get(id.split(":secret:").at(-1)!);
  const fill = (text: string): string =>
    text.replaceAll(reference, (whole, kind: string, id: string, field: string | undefined) => {
      const found = kind === "secretsmanager" ? value(id) : undefined;
      if (found === undefined)
        throw new Refusal(
          `A template refers to ${whole}.`,
          "No template has this secret.",
          "Declare the secret in the templates; values of other stores are not available here.",
        );
      return field ? fieldOf(found, field, id) : found;
    });
  return { value, fill };
};
