import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

/** S3 takes parts from 5 MiB on, the last one excepted, and 10,000 of them. */
const PART_BYTES = 8 * 1024 * 1024;

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

/** Gathers a text into parts of one size; the last is what is left. */
async function* partsOf(content: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const text of content) {
    const piece = Buffer.from(text);
    pieces.push(piece);
    bytes += piece.byteLength;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(pieces);
    [pieces, bytes] = [[], 0];
  }
  yield Buffer.concat(pieces);
}

const upload = async (client: S3Client, target: Target, first: Buffer, rest: AsyncIterable<Buffer>): Promise<number> => {
  const { Bucket, Key } = target;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let bytes = 0;
  const add = async (Body: Buffer): Promise<void> => {
    const PartNumber = Parts.length + 1;
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
    bytes += Body.byteLength;
  };
  try {
    await add(first);
    for await (const part of rest) if (part.byteLength > 0) await add(part);
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    // What cannot be aborted either is removed by the bucket's own rule.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    throw error;
  }
  return bytes;
};

/** Stores a text part by part, or in one request when it fits one; returns its bytes. */
export const writeInParts = async (client: S3Client, target: Target, content: AsyncIterable<string>): Promise<number> => {
  const parts = partsOf(content);
  const first = (await parts.next()).value as Buffer;
  if (first.byteLength >= PART_BYTES) return upload(client, target, first, parts);
  await client.send(new PutObjectCommand({ ...target, Body: first }));
  return first.byteLength;
};
