import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { boundedCalls } from "../aws-client.ts";
import type { Boot } from "../boot.ts";
import { notFound } from "../errors.ts";
import type { Archive } from "./archive.ts";

/** S3 says that a missing object is forbidden to whoever may not list the bucket, and nobody lists this one. */
const missing = new Set(["NoSuchKey", "NotFound", "AccessDenied"]);

/** The bucket named by BUCKET_ARCHIVE. */
export const openArchive = (boot: Pick<Boot, "env">, config: S3ClientConfig = {}): Archive => {
  const client = new S3Client({ ...boundedCalls, requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED", ...config });
  const Bucket = boot.env("BUCKET_ARCHIVE");
  return {
    put: async (Key, Body, { content_type }) => void (await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: content_type }))),
    get: async (Key, range) => {
      const bounds = range && { Range: `bytes=${range.from}-${range.from + range.length - 1}` };
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...bounds }));
        return Buffer.from(await Body!.transformToByteArray());
      } catch (error) {
        throw error instanceof Error && missing.has(error.name) ? notFound("archived object") : error;
      }
    },
    async *list(Prefix) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) yield* Contents.map(({ Key }) => Key!);
    },
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket, Key }))),
  };
};
