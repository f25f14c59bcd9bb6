import { MAX_FILE_BYTES } from "./import-fields.ts";

/** What `announceFile` refuses, as the route declares it that announces a file. */
export const ANNOUNCE_ERRORS = {
  file_too_large: { status: 413, when: `\`size\` is above ${MAX_FILE_BYTES / 1_000_000} MB` },
} as const;

/** What `startImport` refuses, as the route declares it that starts one. */
export const START_ERRORS = {
  not_uploaded: { status: 422, when: "no file was PUT to `upload_url`" },
  size_mismatch: { status: 422, when: "the uploaded file has another length than announced" },
} as const;
