import * as iam from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { type Access, type TableUse, queueVariable, tableVariable } from "../../shared/kernel/lambda.ts";
import { secretNames } from "../names.ts";
import type { Stage } from "../stage.ts";
import type { Gateway } from "./resource-api.ts";
import type { PlatformTable } from "./platform-table.ts";

/** A resource of another stack. */
export interface Named {
  readonly name: string;
  readonly arn: string;
}

/** Everything that a declaration of access can name. */
export interface Surroundings {
  readonly stage: Stage;
  /** By table id. */
  readonly tables: ReadonlyMap<string, PlatformTable>;
  /** By command type. */
  readonly queues: ReadonlyMap<string, IQueue>;
  readonly uploads: Named;
  /** The objects of the uploads bucket, as cdk-nag writes them in a finding. */
  readonly uploads_finding: string;
  /** The same of the files of imports in it. */
  readonly imports_finding: string;
  /** The same of the exports in it. */
  readonly exports_finding: string;
  readonly archive: Named;
  /** The same of the archive's objects. */
  readonly archive_finding: string;
  readonly vault_key: Named;
  readonly bus: Named;
  readonly gateway: Gateway;
  /** How many environments of functions can call an outside service at the same time. */
  readonly callers: (provider: Provider) => number;
}

/** An outside service. */
export type Provider = NonNullable<Access["calls"]>[number];

/** Every variable that a function can have; a name that is not here does not compile. */
export type FunctionEnvironment = Readonly<
  Partial<
    Record<
      | "STAGE"
      | "PLATFORM"
      | "POWERTOOLS_SERVICE_NAME"
      | "POWERTOOLS_METRICS_NAMESPACE"
      | "SECRETS_GENERATION"
      | "CURSOR_KEY"
      | "BUCKET_UPLOADS"
      | "BUCKET_ARCHIVE"
      | "VAULT_KEY_ID"
      | "BUS_NAME"
      | "SOUNDCLOUD_API_URL"
      | "SOUNDCLOUD_PER_SECOND"
      | "SOUNDCLOUD_AUTH_URL"
      | "SOUNDCLOUD_CLIENT_ID"
      | "SOUNDCLOUD_CLIENT_SECRET"
      | "INFLUENCE_PLANNER_API_URL"
      | "SLACK_API_URL"
      | "INSTAGRAM_API_URL"
      | "TIKTOK_API_URL"
      | "YOUTUBE_API_URL"
      | "YOUTUBE_AUTH_URL"
      | "RESEND_API_URL"
      | "RESEND_API_KEY"
      | "RESEND_WEBHOOK_SECRET"
      | "MAIL_FROM"
      | "PUBLIC_URL"
      | `TABLE_${string}`
      | `QUEUE_${string}`,
      string
    >
  >
>;

/** A declaration of access as what makes it true: the permissions of the role, and the variables that name the resources. */
export interface Granted {
  readonly statements: readonly iam.PolicyStatement[];
  readonly environment: FunctionEnvironment;
}

/** Turns a function's declared access into permissions and variables, each for exactly the named resources. */
export const grant = (access: Access, around: Surroundings): Granted => {
  const all = [
    ...Object.entries(access.tables ?? {}).map(([id, uses]) => tableAccess(around, id, uses)),
    ...(access.sends ?? []).map(({ type }) => sendAccess(around, type)),
    ...(access.uploads ? [access.uploads === "remove" ? importRemoval(around) : uploadAccess(around, access.uploads)] : []),
    ...(access.exports ? [exportAccess(around, access.exports)] : []),
    ...(access.archive ? [archiveAccess(around, access.archive)] : []),
    ...(access.vault ? [vaultAccess(around, access.vault)] : []),
    ...(access.publishes ? [busAccess(around)] : []),
    ...(access.calls ?? []).map((provider) => ({ statements: [], environment: providers[provider](around) })),
    ...(access.hears ?? []).map((sender) => ({ statements: [], environment: senders[sender](around) })),
  ];
  return {
    statements: all.flatMap(({ statements }) => statements),
    environment: Object.assign({}, ...all.map(({ environment }) => environment)),
  };
};

export const allow = (actions: readonly string[], resources: readonly string[]): iam.PolicyStatement =>
  new iam.PolicyStatement({ actions: [...actions], resources: [...resources] });

/** Both batches of writes are one permission: IAM does not tell what stands in them. */
const tableActions: Readonly<Record<Exclude<TableUse, `gsi${number}`>, string>> = {
  get: "dynamodb:GetItem",
  "get-many": "dynamodb:BatchGetItem",
  query: "dynamodb:Query",
  put: "dynamodb:PutItem",
  "put-many": "dynamodb:BatchWriteItem",
  update: "dynamodb:UpdateItem",
  delete: "dynamodb:DeleteItem",
  "delete-many": "dynamodb:BatchWriteItem",
  check: "dynamodb:ConditionCheckItem",
};
const isIndex = (use: TableUse): use is `gsi${number}` => !(use in tableActions);

const tableAccess = ({ tables }: Surroundings, id: string, uses: readonly TableUse[]): Granted => {
  const found = tables.get(id);
  if (!found) throw new Error(`A function declares access to the table ${id}, which no platform in infra/platforms.ts has. Correct the id in its access.`);
  const { name, arn, gsis } = found;
  const indexes = uses.filter(isIndex);
  const unknown = indexes.find((index) => !gsis.includes(index));
  if (unknown) throw new Error(`A function declares that it queries ${unknown} of the table ${id}, which has ${gsis.join(", ")}.`);
  const actions = [...new Set(uses.flatMap((use) => (isIndex(use) ? [] : [tableActions[use]])))];
  const statements = [
    ...(actions.length > 0 ? [allow(actions, [arn])] : []),
    ...(indexes.length > 0
      ? [
          allow(
            ["dynamodb:Query"],
            indexes.map((index) => `${arn}/index/${index}`),
          ),
        ]
      : []),
  ];
  return { statements, environment: { [tableVariable(id)]: name } };
};

const sendAccess = ({ queues }: Surroundings, type: string): Granted => {
  const queue = queues.get(type);
  if (!queue)
    throw new Error(`A function declares that it sends ${type}, but no worker takes this command. Declare its worker in the lambdas.ts of its platform.`);
  return { statements: [allow(["sqs:SendMessage"], [queue.queueArn])], environment: { [queueVariable(type)]: queue.queueUrl } };
};

const uploadActions = {
  read: ["s3:GetObject"],
  write: ["s3:GetObject", "s3:PutObject"],
  consume: ["s3:DeleteObject", "s3:GetObject"],
} as const;

/** Files of imports lie below their org's id, and who only removes them reads nothing. */
const importRemoval = ({ uploads }: Surroundings): Granted => ({
  statements: [allow(["s3:DeleteObject"], [`${uploads.arn}/*/imports/*`])],
  environment: { BUCKET_UPLOADS: uploads.name },
});

/** Who may write may also look at what was written, but for exports, which are not theirs. Listing is what makes S3 answer 404 for a missing file instead of 403. */
const uploadAccess = ({ uploads }: Surroundings, mode: keyof typeof uploadActions): Granted => ({
  statements: [
    allow(uploadActions[mode], [`${uploads.arn}/*`]),
    allow(["s3:ListBucket"], [uploads.arn]),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: [`${uploads.arn}/exports/*`] }),
  ],
  environment: { BUCKET_UPLOADS: uploads.name },
});

const exportActions = {
  read: ["s3:GetObject"],
  write: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
  remove: ["s3:DeleteObject"],
} as const;

/** Exports lie below a folder of their own, and who writes them reads nothing. A signed address can do what its signer can. */
const exportAccess = ({ uploads }: Surroundings, mode: NonNullable<Access["exports"]>): Granted => ({
  statements: [allow(exportActions[mode], [`${uploads.arn}/exports/*`])],
  environment: { BUCKET_UPLOADS: uploads.name },
});

const archiveActions = {
  read: ["s3:GetObject"],
  write: ["s3:GetObject", "s3:PutObject"],
  rewrite: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
} as const;

/** Who writes reads back what was written. Who rewrites finds and removes what nobody reads any more; of that the bucket keeps the last versions for a while. */
const archiveAccess = ({ archive }: Surroundings, mode: NonNullable<Access["archive"]>): Granted => ({
  statements: [allow(archiveActions[mode], [`${archive.arn}/*`]), ...(mode === "rewrite" ? [allow(["s3:ListBucket"], [archive.arn])] : [])],
  environment: { BUCKET_ARCHIVE: archive.name },
});

const vaultActions = { seal: "kms:GenerateDataKey", open: "kms:Decrypt" } as const;

/** The key works only for a secret that names its tenant. */
const vaultAccess = ({ vault_key }: Surroundings, uses: readonly ("seal" | "open")[]): Granted => ({
  statements: [
    new iam.PolicyStatement({
      actions: uses.map((use) => vaultActions[use]),
      resources: [vault_key.arn],
      conditions: { Null: { "kms:EncryptionContext:org_id": "false" } },
    }),
  ],
  environment: { VAULT_KEY_ID: vault_key.name },
});

const busAccess = ({ bus }: Surroundings): Granted => ({
  statements: [allow(["events:PutEvents"], [bus.arn])],
  environment: { BUS_NAME: bus.name },
});

/** CloudFormation puts the secret's value in its place at deployment; the template never holds it. */
export const secretValue = (name: string, field?: string): string => `{{resolve:secretsmanager:${name}:SecretString${field ? `:${field}` : ""}}}`;

export const holdsSecret = (environment: FunctionEnvironment): boolean =>
  Object.values(environment).some((value) => value?.includes("{{resolve:secretsmanager:"));

const providers: Readonly<Record<Provider, (around: Surroundings) => FunctionEnvironment>> = {
  soundcloud: ({ stage, callers }) => ({
    SOUNDCLOUD_API_URL: stage.soundcloud.api_url,
    SOUNDCLOUD_AUTH_URL: stage.soundcloud.auth_url,
    // Each environment paces itself, so that all together stay below what the app may ask.
    SOUNDCLOUD_PER_SECOND: (stage.soundcloud.per_second / callers("soundcloud")).toFixed(3),
    SOUNDCLOUD_CLIENT_ID: secretValue(secretNames(stage).soundcloud, "client_id"),
    SOUNDCLOUD_CLIENT_SECRET: secretValue(secretNames(stage).soundcloud, "client_secret"),
  }),
  // Its credentials are each org's own, sealed in the table.
  "influence-planner": ({ stage }) => ({ INFLUENCE_PLANNER_API_URL: stage.influence_planner.api_url }),
  // Whoever holds a webhook's address may post there; each org's own is sealed in the table.
  slack: ({ stage, gateway }) => ({ SLACK_API_URL: stage.slack.api_url, PUBLIC_URL: stage.public_url ?? gateway.url }),
  // Tokens of the networks are each account's own, sealed in the table.
  instagram: ({ stage }) => ({ INSTAGRAM_API_URL: stage.instagram.api_url }),
  tiktok: ({ stage }) => ({ TIKTOK_API_URL: stage.tiktok.api_url }),
  youtube: ({ stage }) => ({ YOUTUBE_API_URL: stage.youtube.api_url, YOUTUBE_AUTH_URL: stage.youtube.auth_url }),
  resend: ({ stage, gateway }) => ({
    RESEND_API_URL: stage.resend.api_url,
    RESEND_API_KEY: secretValue(secretNames(stage).resend, "api_key"),
    MAIL_FROM: stage.mail_from,
    PUBLIC_URL: stage.public_url ?? gateway.url,
  }),
};

/** What the webhooks of outside services are signed with; several, with spaces between, while one is replaced. */
const senders: Readonly<Record<NonNullable<Access["hears"]>[number], (around: Surroundings) => FunctionEnvironment>> = {
  resend: ({ stage }) => ({ RESEND_WEBHOOK_SECRET: secretValue(secretNames(stage).resend_webhook) }),
};
