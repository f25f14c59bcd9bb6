import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildAppOptions, buildApp } from "fauxqs";
import { HOST, REGION } from "../place.ts";

type Stores = NonNullable<BuildAppOptions["stores"]>;
export type MessageStore = Stores["sqsStore"];
export type FileStore = Stores["s3Store"];

/** SQS and S3 in this process. The stores are at hand for what their HTTP interfaces do not offer. */
export interface MessageEngine {
  readonly endpoint: string;
  readonly messages: MessageStore;
  readonly files: FileStore;
  stop(): Promise<void>;
}

interface Persistence {
  updateMessageReady(message_id: string): void;
  loadSqsAndSns(sqs: MessageStore, sns: Stores["snsStore"]): void;
  close(): void;
}
interface FilePersistence {
  loadS3(s3: FileStore): void;
  close(): void;
}
interface Parts {
  readonly SqsStore: new () => MessageStore;
  readonly SnsStore: new () => Stores["snsStore"];
  readonly S3Store: new () => FileStore;
  readonly PersistenceManager: new (folder: string) => Persistence;
  readonly FileS3Persistence: new (folder: string) => FilePersistence;
}

/** The package's own start listens on every interface of the machine, so the engine is put together from its parts. */
const loadParts = async (): Promise<Parts> => {
  const folder = join(dirname(findPackageJSON("fauxqs", import.meta.url)!), "dist");
  const paths = ["sqs/sqsStore.js", "sns/snsStore.js", "s3/s3Store.js", "persistence.js", "s3/fileS3Persistence.js"];
  const modules = await Promise.all(paths.map((path) => import(pathToFileURL(join(folder, path)).href) as Promise<object>));
  return Object.assign({}, ...modules) as Parts;
};

/** Starts the engine on the loopback address, in memory or with its state in two folders. */
export const startMessages = async (folders: { readonly messages?: string | undefined; readonly files?: string | undefined } = {}): Promise<MessageEngine> => {
  const parts = await loadParts();
  const stores = { sqsStore: new parts.SqsStore(), snsStore: new parts.SnsStore(), s3Store: new parts.S3Store() };
  const kept = [
    ...(folders.messages ? [keepMessages(parts, stores, folders.messages)] : []),
    ...(folders.files ? [keepFiles(parts, stores, folders.files)] : []),
  ];
  const app = buildApp({ logger: false, defaultRegion: REGION, stores });
  for (const { close } of kept)
    app.addHook("preClose", (done) => {
      close();
      done();
    });
  await app.listen({ port: 0, host: HOST });
  const { port } = app.server.address() as { port: number };
  return { endpoint: `http://${HOST}:${port}`, messages: stores.sqsStore, files: stores.s3Store, stop: () => app.close() };
};

const keepMessages = (parts: Parts, { sqsStore, snsStore }: Stores, folder: string): { close(): void } => {
  const persistence = new parts.PersistenceManager(folder);
  persistence.loadSqsAndSns(sqsStore, snsStore);
  // The package writes a null here that its own table forbids, and loses the message. Without the write the row says
  // that the message is in flight, which holds until a start takes back what nobody works on.
  persistence.updateMessageReady = () => undefined;
  sqsStore.persistence = persistence as never;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence as never;
  return { close: () => persistence.close() };
};

const keepFiles = (parts: Parts, { s3Store }: Stores, folder: string): { close(): void } => {
  const persistence = new parts.FileS3Persistence(folder);
  persistence.loadS3(s3Store);
  s3Store.persistence = persistence as never;
  return { close: () => persistence.close() };
};
