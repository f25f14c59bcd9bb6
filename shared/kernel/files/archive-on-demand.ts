import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { Boot } from "../boot.ts";
import { once } from "../once.ts";
import type { Archive } from "./archive.ts";

/** The bucket named by BUCKET_ARCHIVE, whose client the first call loads; see files-on-demand.ts. */
export const archiveOnDemand = (boot: Pick<Boot, "env">, config: S3ClientConfig = {}): Archive => {
  const archive = once(async () => (await import("./s3-archive.ts")).openArchive(boot, config));
  return {
    put: async (...given) => (await archive()).put(...given),
    get: async (...given) => (await archive()).get(...given),
    async *list(prefix) {
      yield* (await archive()).list(prefix);
    },
    remove: async (...given) => (await archive()).remove(...given),
  };
};
