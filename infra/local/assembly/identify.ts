import { createHash } from "node:crypto";
import { ACCOUNT, type Place, REGION, arn } from "../place.ts";
import type { Resource, Values } from "./read-assembly.ts";
import type { Identity } from "./resolve.ts";

/** Finds the stream of a table once the table is made; undefined before, and for a table without one. */
export type StreamOf = (table: string) => string | undefined;

type Naming = (resource: Resource, name: string, place: Place) => Identity;

/** The property that names a resource, by type; others are named by stack and logical id. */
const nameProperties: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::GlobalTable": "TableName",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Events::EventBus": "Name",
  "AWS::Events::Rule": "Name",
  "AWS::KMS::Alias": "AliasName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::Scheduler::Schedule": "Name",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::SQS::Queue": "QueueName",
};

const keyId = (name: string): string => {
  const hash = createHash("sha256").update(name).digest("hex");
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
};

/** Bucket names are at most 63 characters of lower case. */
const bucketName = (name: string): string =>
  /^[a-z0-9.-]{3,63}$/.test(name)
    ? name
    : `${name
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]/g, "-")
        .slice(0, 50)}-${keyId(name).slice(0, 8)}`;

const namings: Readonly<Record<string, Naming>> = {
  "AWS::ApiGatewayV2::Api": (_, name, { api_url }) => ({ ref: name, attributes: { ApiId: name, ApiEndpoint: api_url } }),
  "AWS::ApiGatewayV2::Integration": (_, name) => ({ ref: name, attributes: { IntegrationId: name } }),
  "AWS::Events::EventBus": (_, name) => ({ ref: name, attributes: { Arn: arn("events", `event-bus/${name}`), Name: name } }),
  "AWS::Events::Rule": (_, name) => ({ ref: name, attributes: { Arn: arn("events", `rule/${name}`) } }),
  "AWS::KMS::Key": (_, name) => ({ ref: keyId(name), attributes: { Arn: arn("kms", `key/${keyId(name)}`), KeyId: keyId(name) } }),
  "AWS::KMS::Alias": (_, name) => ({ ref: name, attributes: {} }),
  "AWS::Lambda::Function": (_, name) => ({ ref: name, attributes: { Arn: arn("lambda", `function:${name}`) } }),
  "AWS::S3::Bucket": (_, name) => {
    const bucket = bucketName(name);
    return {
      ref: bucket,
      attributes: { Arn: `arn:aws:s3:::${bucket}`, DomainName: `${bucket}.s3.amazonaws.com`, RegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com` },
    };
  },
  "AWS::Scheduler::Schedule": (_, name) => ({ ref: name, attributes: { Arn: arn("scheduler", `schedule/default/${name}`) } }),
  "AWS::SecretsManager::Secret": (_, name) => ({ ref: arn("secretsmanager", `secret:${name}`), attributes: { Id: arn("secretsmanager", `secret:${name}`) } }),
  "AWS::SQS::Queue": ({ properties }, name, { messages_endpoint }) => {
    const queue = properties["FifoQueue"] === true && !name.endsWith(".fifo") ? `${name}.fifo` : name;
    const url = `${messages_endpoint}/${ACCOUNT}/${queue}`;
    return { ref: url, attributes: { Arn: arn("sqs", queue), QueueName: queue, QueueUrl: url } };
  },
};

const inert: Naming = ({ type }, name) => ({
  ref: name,
  attributes: { Arn: `arn:aws:local:${REGION}:${ACCOUNT}:${type.split("::").slice(1).join("-").toLowerCase()}/${name}`, Id: name },
});

/** Table ARNs carry the region that the engine gives them; the stream is known only when the engine has made it. */
const table = (name: string, streamOf: StreamOf): Identity => {
  const attributes: Record<string, string> = { Arn: arn("dynamodb", `table/${name}`), TableId: name };
  Object.defineProperty(attributes, "StreamArn", { get: () => streamOf(name) });
  return { ref: name, attributes };
};

/** Physical names and ARNs as this machine has them. */
export const identifier =
  (place: Place, streamOf: StreamOf, textOf: (value: Values[string], stack: string) => string) =>
  (resource: Resource, properties: Values): Identity => {
    const given = properties[nameProperties[resource.type] ?? ""];
    const name = given === undefined ? `${resource.stack}-${resource.id}` : textOf(given, resource.stack);
    if (resource.type.startsWith("AWS::DynamoDB::")) return table(name, streamOf);
    return (namings[resource.type] ?? inert)(resource, name, place);
  };
