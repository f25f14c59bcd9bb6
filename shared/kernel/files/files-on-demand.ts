import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { Boot } from "../boot.ts";
import { once } from "../once.ts";
import type { Files } from "./files.ts";

/**
 * The bucket named by BUCKET_UPLOADS, for functions most of whose messages touch no file: the first call loads S3's client,
 * which takes a tenth of the time in which a function starts.
 */
export const filesOnDemand = (boot: Pick<Boot, "env">, config: S3ClientConfig = {}): Files => {
  const files = once(async () => (await import("./s3.ts")).openFiles(boot, config));
  return {
    presignPut: async (...given) => (await files()).presignPut(...given),
    presignGet: async (...given) => (await files()).presignGet(...given),
    write: async (...given) => (await files()).write(...given),
    read: async (...given) => (await files()).read(...given),
    remove: async (...given) => (await files()).remove(...given),
    head: async (...given) => (await files()).head(...given),
  };
};
