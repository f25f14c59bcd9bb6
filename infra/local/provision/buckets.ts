import type { Resolver } from "../assembly/resolve.ts";
import type { MessageEngine } from "../engines/messages.ts";

/** Makes the buckets of the templates; one that exists keeps its objects. Answers their names. */
export const provideBuckets = ({ files }: MessageEngine, resolver: Resolver): string[] =>
  resolver.ofType("AWS::S3::Bucket").map((resource) => {
    const { ref: name } = resolver.identity(resource);
    if (!files.hasBucket(name)) files.createBucket(name);
    return name;
  });
