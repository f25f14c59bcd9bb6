import { pascal } from "../../../infra/names.ts";
import { platforms } from "../../../infra/platforms.ts";
import { type Stage, stageNamed } from "../../../infra/stage.ts";
import { catalog } from "../../../events/catalog.ts";
import { type Synthesized, synthesize } from "../../infra/synthesized.ts";

/** A permission of a function as its role has it, in the words of the records: `dynamodb:Query index soundcloud/gsi1`. */
export interface Granted {
  /** `soundcloud.members`, by platform and name of the declaration. */
  readonly lambda: string;
  readonly may: ReadonlySet<string>;
}

/** What the synthesized templates let every deployed function do. */
export const grantsOfTemplates = (stage: Stage = stageNamed("prod")): Granted[] => {
  const made = synthesize(stage, platforms);
  return made.all("AWS::Lambda::Function").flatMap(({ stack, Properties }) => {
    const lambda = lambdaOf(stage, String(Properties["FunctionName"]));
    return lambda === undefined ? [] : [{ lambda, may: permissionsOf(made, stack, Properties["Role"]["Fn::GetAtt"][0]) }];
  });
};

const lambdaOf = (stage: Stage, name: string): string | undefined => {
  const declared = platforms.flatMap(({ platform }) => Object.keys(platform.lambdas).map((lambda) => [platform.id, lambda]));
  return declared.find(([platform, lambda]) => name === `groundswell-${stage.name}-${platform}-${lambda}`)?.join(".");
};

const permissionsOf = (made: Synthesized, stack: string, role: string): ReadonlySet<string> => {
  const statements: any[] = made.stack(stack).resources[role]!.Properties["Policies"][0].PolicyDocument.Statement;
  return new Set(
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, Resource }) =>
        [Resource].flat().flatMap((resource: unknown) => [Action].flat().map((action: string) => `${action} ${resourceOf(JSON.stringify(resource))}`)),
      ),
  );
};

/** How a template's resource is called in the records, by the export or the logical id in it; anything else stays as it is. */
const resourceOf = (text: string): string => {
  const [, table, , gsi] = /groundswell-\w+-(\w+)-data-table-arn"\}(,"\/index\/(gsi\d))?/.exec(text) ?? [];
  if (table && !text.includes("/stream/")) return gsi ? `index ${table}/${gsi}` : `table ${table}`;
  if (text.includes("shared-uploads-arn") && text.includes("/exports/*")) return "exports";
  if (text.includes("shared-uploads-arn")) return text.includes("/*") ? "files" : "uploads";
  if (text.includes("shared-archive-arn")) return "archive";
  if (text.includes("shared-vault-key-arn")) return "key";
  if (text.includes("shared-bus-arn")) return "bus";
  const command = catalog.find(({ kind, type }) => kind === "command" && text.includes(`${pascal(type)}Queue`));
  return command ? `queue ${command.type}` : text;
};

/** What Lambda does in a function's name without its code: to write its log, to feed it, and to put failures aside. */
export const BY_LAMBDA: readonly { readonly permission: RegExp; readonly because: string }[] = [
  { permission: /^logs:(?:CreateLogStream|PutLogEvents) /, because: "Lambda writes the function's log." },
  { permission: /^sqs:(?:ReceiveMessage|DeleteMessage|GetQueueAttributes) queue /, because: "Lambda's poller takes from the worker's queue." },
  { permission: /^dynamodb:(?:DescribeStream|GetRecords|GetShardIterator|ListStreams) /, because: "Lambda's poller reads the table's stream." },
  { permission: /^sqs:SendMessage .*Failures/, because: "Lambda puts aside what failed for good." },
];

const byCommand: ReadonlyMap<string, string> = new Map(
  platforms.flatMap(({ platform }) =>
    Object.entries(platform.lambdas).flatMap(([name, lambda]) =>
      lambda.trigger === "worker" ? [[lambda.command.type, `${platform.id}.${name}`] as const] : [],
    ),
  ),
);
/** The declaration of what acts under a name: workers act under their command's. */
export const lambdaActingAs = (service: string): string => byCommand.get(service) ?? service;
