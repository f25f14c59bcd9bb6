import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Archive } from "../../../../shared/kernel/files/archive.ts";
import { archiveOnDemand } from "../../../../shared/kernel/files/archive-on-demand.ts";
import { openArchive } from "../../../../shared/kernel/files/s3-archive.ts";
import { actAs, actingFor } from "../../../support/recorder/acting.ts";
import { judgeOf } from "../../../support/recorder/judged-keys.ts";
import { recordedPorts } from "../../../support/recorder/ports.ts";
import { recordedDuring } from "../../../support/recorder/records.ts";
import { differencesOf } from "../../../support/recorder/sdk-commands.ts";

const BUCKET = "archive";
let server: FauxqsServer;
let archive: Archive;
let config: S3ClientConfig;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket(BUCKET);
  config = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  };
});
afterAll(() => server.stop());

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256));

describe.each([
  { how: "opened at once", open: openArchive },
  { how: "opened by the first call", open: archiveOnDemand },
])("Archive over S3, $how", ({ open }) => {
  beforeAll(() => {
    archive = open({ env: (name) => (name === "BUCKET_ARCHIVE" ? BUCKET : "") }, config);
  });

  it("gives back what was put, whole or a range of it, and the last of what was put twice", async () => {
    await archive.put("org-1/archive/a", Buffer.from("before"), { content_type: "application/gzip" });
    await archive.put("org-1/archive/a", bytes, { content_type: "application/gzip" });
    expect(await archive.get("org-1/archive/a")).toEqual(bytes);
    for (const [from, length] of [
      [0, 1],
      [0, 1000],
      [999, 1],
      [100, 37],
    ] as const)
      expect(await archive.get("org-1/archive/a", { from, length })).toEqual(bytes.subarray(from, from + length));
  });
  it("says that an object is missing", async () => {
    await expect(archive.get("org-1/archive/none")).rejects.toMatchObject({ kind: "not_found" });
    await expect(archive.get("org-1/archive/none", { from: 0, length: 1 })).rejects.toMatchObject({ kind: "not_found" });
  });
  it("tells any other failure as it is", async () => {
    const broken = openArchive(
      { env: () => "no-such-bucket" },
      { endpoint: `http://127.0.0.1:${server.port}`, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, forcePathStyle: true },
    );
    await expect(broken.put("org-1/a", bytes, { content_type: "application/gzip" })).rejects.toThrow(/bucket/i);
  });
});

it("the archive over S3 sends the commands that the recorder tells of", async () => {
  const client = {
    name: "archive",
    open: (more: S3ClientConfig) => openArchive({ env: () => BUCKET }, { ...config, ...more }),
    resource: ({ Bucket }: { Bucket: string }) => Bucket,
    org_id: "org-1",
  };
  const differences = await differencesOf<Archive>(client, {
    put: [(port) => port.put("org-1/archive/t", bytes, { content_type: "application/gzip" })],
    get: [(port) => port.get("org-1/archive/t"), (port) => port.get("org-1/archive/t", { from: 1, length: 2 })],
    "get nothing": [(port) => expect(port.get("org-1/archive/none")).rejects.toMatchObject({ kind: "not_found" })],
    list: [async (port) => expect(await Array.fromAsync(port.list("org-1/archive/t"))).toEqual(["org-1/archive/t"])],
    remove: [(port) => port.remove("org-1/archive/t")],
  });
  expect(differences).toEqual([]);
});

it("a list of the whole bucket is one that the recorder finds", async () => {
  const { archive: recorded } = recordedPorts({ archive: openArchive({ env: () => BUCKET }, config) }) as { readonly archive: Archive };
  const who = actingFor({ service: "social.archive-month", orgs: ["org-1"] });
  const verdictsOn = async (prefix: string) => (await recordedDuring(() => actAs(who, () => Array.fromAsync(recorded.list(prefix))))).map(judgeOf([]));
  expect(await verdictsOn("org-1/")).toEqual([{ as: "own", name: "" }]);
  expect(await verdictsOn("")).toEqual([{ as: "stray", name: "social.archive-month does s3:ListBucket on archive with the key #" }]);
});
