/** The one region and account that everything on this machine lives in. */
export const REGION = "eu-west-1";
export const ACCOUNT = "000000000000";
export const HOST = "127.0.0.1";

/** The engines check no signature, but the SDK wants to make one. */
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Where queues, buckets and the HTTP API answer; names and ARNs are made from it. */
export interface Place {
  readonly api_url: string;
  readonly messages_endpoint: string;
}

export const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
/** The last part of an ARN, which is the physical name of a queue, a function or a bus. */
export const nameOfArn = (text: string): string => text.split(/[:/]/).at(-1)!;
