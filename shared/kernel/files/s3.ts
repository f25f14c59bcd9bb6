import type { Readable } from "node:stream";
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { boundedCalls } from "../aws-client.ts";
import type { Boot } from "../boot.ts";
import { notFound } from "../errors.ts";
import type { Files } from "./files.ts";
import { writeInParts } from "./parts.ts";

const missing = new Set(["NoSuchKey", "NotFound"]);
const isMissing = (error: unknown): boolean => error instanceof Error && missing.has(error.name);

/** These two the client must send as they were agreed; a signed header that differs makes the signature invalid. */
const AGREED = ["content-length", "content-type"];

/** The bucket named by BUCKET_UPLOADS. */
export const openFiles = (boot: Pick<Boot, "env">, config: S3ClientConfig = {}): Files => {
  const client = new S3Client({ ...boundedCalls, requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED", ...config });
  const Bucket = boot.env("BUCKET_UPLOADS");
  return {
    presignPut: async (Key, { length, content_type, expires_s }) => {
      const command = new PutObjectCommand({ Bucket, Key, ContentLength: length, ContentType: content_type });
      const url = await getSignedUrl(client, command, { expiresIn: expires_s, signableHeaders: new Set(["host", ...AGREED]) });
      return { url, headers: { "content-length": String(length), "content-type": content_type } };
    },
    presignGet: (Key, { filename, expires_s }) => {
      const ResponseContentDisposition = `attachment; filename="${filename}"`;
      return getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ResponseContentDisposition }), { expiresIn: expires_s });
    },
    write: (Key, content, { content_type }) => writeInParts(client, { Bucket, Key, ContentType: content_type }, content),
    read: async (Key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return Body as Readable;
      } catch (error) {
        throw isMissing(error) ? notFound("file") : error;
      }
    },
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket, Key }))),
    head: async (Key) => {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket, Key }));
        return { length: found.ContentLength ?? 0, content_type: found.ContentType, etag: found.ETag };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
};
