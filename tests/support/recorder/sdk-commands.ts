import { deafToCalls } from "../../../shared/kernel/aws-client.ts";
import { actAs, actingFor } from "./acting.ts";
import { recordedPorts } from "./ports.ts";
import { type Needed, type Recorded, recordCall, recordedDuring } from "./records.ts";

interface Permission {
  readonly action: string;
  /** What the keys, messages, events or secrets of a command begin with. */
  readonly orgs: (input: any) => string[];
}

const onObject = (action: string): Permission => ({
  action: `s3:${action}`,
  orgs: ({ Key, Prefix }) => [String(Key ?? Prefix).replace(/^exports\//, "")].map((key) => key.slice(0, key.indexOf("/"))),
});
const orgOfText = (text: string): string => (JSON.parse(text) as { readonly org_id: string }).org_id;

/** The permission that IAM asks for, by the SDK's command. */
const PERMISSIONS: Readonly<Record<string, Permission>> = {
  PutObjectCommand: onObject("PutObject"),
  CreateMultipartUploadCommand: onObject("PutObject"),
  UploadPartCommand: onObject("PutObject"),
  CompleteMultipartUploadCommand: onObject("PutObject"),
  AbortMultipartUploadCommand: onObject("AbortMultipartUpload"),
  GetObjectCommand: onObject("GetObject"),
  HeadObjectCommand: onObject("GetObject"),
  DeleteObjectCommand: onObject("DeleteObject"),
  ListObjectsV2Command: onObject("ListBucket"),
  SendMessageBatchCommand: { action: "sqs:SendMessage", orgs: ({ Entries }) => Entries.map(({ MessageBody }: any) => orgOfText(MessageBody)) },
  PutEventsCommand: { action: "events:PutEvents", orgs: ({ Entries }) => Entries.map(({ Detail }: any) => orgOfText(Detail)) },
  GenerateDataKeyCommand: { action: "kms:GenerateDataKey", orgs: ({ EncryptionContext }) => [EncryptionContext.org_id] },
  DecryptCommand: { action: "kms:Decrypt", orgs: ({ EncryptionContext }) => [EncryptionContext.org_id] },
};
const MISSING = new Set(["NoSuchKey", "NotFound"]);

interface Command {
  readonly commandName: string;
  readonly input: any;
  readonly error?: Error;
}

/** A port's real client, with what the records call the resource of a command. */
export interface RealClient<Port> {
  readonly name: string;
  readonly open: (config: { readonly logger: typeof deafToCalls }) => Port;
  readonly resource: (input: any) => string;
  /** Only who may list the bucket is told that an object is missing. */
  readonly hearsOfMissing?: boolean;
  readonly org_id: string;
}

const neededBy = <Port>({ resource, hearsOfMissing }: RealClient<Port>, { commandName, input, error }: Command): Needed[] => {
  const permission = PERMISSIONS[commandName];
  if (!permission) return [{ action: commandName, resource: "no permission that sdk-commands.ts knows" }];
  const { action, orgs } = permission;
  const keys = orgs(input).map((org) => `${org}#`);
  const listed = hearsOfMissing && error && MISSING.has(error.name) ? [{ action: "s3:ListBucket", resource: resource({ ...input, Key: undefined }) }] : [];
  return [{ action, resource: resource(input) }, ...listed].flatMap((needed) => keys.map((key) => ({ ...needed, key })));
};

/** Calls of a port, each of which expects its own outcome; told and sent are those of the whole group, since one call may save another: by a key that is kept, a text that ends early. */
type Group<Port> = readonly ((port: Port) => unknown)[];

const textsOf = (calls: readonly Recorded[]): string[] => calls.map(({ action, resource, key }) => `${action} on ${resource} for ${key}`);

/**
 * Where the SDK's commands are not those that the recorder tells for the same calls, by group, and the port's functions
 * that no group calls. The commands are those that the client itself notes in its log, presigned ones included.
 */
export const differencesOf = async <Port extends object>(client: RealClient<Port>, groups: Readonly<Record<string, Group<Port>>>): Promise<string[]> => {
  const who = actingFor({ service: "tests.real-client", orgs: [client.org_id] });
  const heard: Command[] = [];
  const hear = (command: Command): void => void heard.push(command);
  const port = recordedPorts({ [client.name]: client.open({ logger: { ...deafToCalls, info: hear, error: hear } }) })[client.name] as Port;
  const called = new Set<PropertyKey>();
  const watched = new Proxy(port, { get: (all, name) => (called.add(name), Reflect.get(all, name)) });
  const found: string[] = [];
  for (const [group, calls] of Object.entries(groups)) {
    const told = textsOf(await recordedDuring(() => actAs(who, () => inTurn(calls, watched))));
    const commands = heard.splice(0);
    const sent = textsOf(await recordedDuring(async () => recordCall(() => commands.flatMap((command) => neededBy(client, command)), who)));
    found.push(...sent.filter((text) => !told.includes(text)).map((text) => `${group} sends what is not told: ${text}`));
    found.push(...told.filter((text) => !sent.includes(text)).map((text) => `${group} tells what is not sent: ${text}`));
  }
  return [...found, ...Object.keys(port).flatMap((name) => (called.has(name) ? [] : [`${name} is not compared`]))];
};

const inTurn = async <Port>(calls: Group<Port>, port: Port): Promise<void> => {
  for (const call of calls) await call(port);
};
