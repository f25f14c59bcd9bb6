import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { EXPORT_DAYS } from "../../shared/kernel/export/export-days.ts";
import type { Stage } from "../stage.ts";

/** Days for which the archive keeps what was replaced: within the month in which an erasure has to be done. */
const REPLACED_DAYS = 14;

export interface Buckets {
  /** Files that clients upload, each below its org's id; and files written for them, below `exports/` and the org's id. */
  readonly uploads: s3.Bucket;
  /** Past months, moved out of the tables. */
  readonly archive: s3.Bucket;
}

const closed = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: RemovalPolicy.RETAIN,
} satisfies s3.BucketProps;

export const buckets = (scope: Construct, stage: Stage): Buckets => {
  const accessLogs = new s3.Bucket(scope, "AccessLogs", {
    ...closed,
    lifecycleRules: [{ expiration: Duration.days(stage.log_days) }],
  });
  const uploads = new s3.Bucket(scope, "Uploads", {
    ...closed,
    serverAccessLogsBucket: accessLogs,
    serverAccessLogsPrefix: "uploads/",
    lifecycleRules: [
      { expiration: Duration.days(stage.upload_days), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { prefix: "exports/", expiration: Duration.days(EXPORT_DAYS) },
    ],
    cors:
      stage.cors_origins.length === 0
        ? []
        : [{ allowedMethods: [s3.HttpMethods.PUT], allowedOrigins: [...stage.cors_origins], allowedHeaders: ["*"], maxAge: 3_600 }],
  });
  const archive = new s3.Bucket(scope, "Archive", {
    ...closed,
    versioned: true,
    serverAccessLogsBucket: accessLogs,
    serverAccessLogsPrefix: "archive/",
    lifecycleRules: [
      { transitions: [{ storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }] },
      // What was removed or replaced can be brought back for so long, by people; then it is gone.
      { noncurrentVersionExpiration: Duration.days(REPLACED_DAYS), expiredObjectDeleteMarker: true },
    ],
  });
  return { uploads, archive };
};
