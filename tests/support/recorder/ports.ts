import type { Bus } from "../../../shared/kernel/bus/bus.ts";
import type { Vault } from "../../../shared/kernel/crypto/vault.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import type { Archive } from "../../../shared/kernel/files/archive.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { type Commands, commandsBy } from "../../../shared/kernel/queue/commands.ts";
import { recordCall } from "./records.ts";
import { lookForSecrets } from "./secrets.ts";

const EXPORTS = "exports/";
/** A file's key begins with its org, as a partition does; an export's below the folder of the exports. */
const orgOf = (key: string): string => `${(key.startsWith(EXPORTS) ? key.slice(EXPORTS.length) : key).split("/", 1)[0]}#`;
const folderOf = (key: string): string => (key.startsWith(EXPORTS) ? "exports" : "files");

const recordedCommands = (commands: Commands): Commands =>
  commandsBy((ctx, contract, messages) => {
    recordCall(() => messages.map(({ org_id }) => ({ action: "sqs:SendMessage", resource: `queue ${contract.type}`, key: `${org_id}#` })));
    for (const { data } of messages) lookForSecrets(`message ${contract.type}`, data);
    return commands.sendEach(ctx, contract, messages);
  });

const recordedVault = (vault: Vault): Vault => {
  const record = (action: string, org_id: string): void => recordCall(() => [{ action: `kms:${action}`, resource: "key", key: `${org_id}#` }]);
  return {
    seal: (ctx, plaintext, context) => {
      record("GenerateDataKey", context.org_id);
      return vault.seal(ctx, plaintext, context);
    },
    open: (ctx, sealed, context) => {
      record("Decrypt", context.org_id);
      return vault.open(ctx, sealed, context);
    },
    isCurrent: (sealed) => vault.isCurrent(sealed),
  };
};

/** A missing file is told from a forbidden one only by who may list. */
const recordedFiles = (files: Files): Files => {
  const record = (action: string, key: string): void =>
    recordCall(() => [{ action: `s3:${action}`, resource: action === "ListBucket" ? "uploads" : folderOf(key), key: orgOf(key) }]);
  return {
    presignPut: (key, terms) => {
      record("PutObject", key);
      return files.presignPut(key, terms);
    },
    presignGet: (key, terms) => {
      record("GetObject", key);
      return files.presignGet(key, terms);
    },
    write: async (key, content, terms) => {
      record("PutObject", key);
      try {
        return await files.write(key, content, terms);
      } catch (error) {
        record("AbortMultipartUpload", key);
        throw error;
      }
    },
    read: async (key) => {
      record("GetObject", key);
      try {
        return await files.read(key);
      } catch (error) {
        if (isDomainError(error) && error.kind === "not_found") record("ListBucket", key);
        throw error;
      }
    },
    remove: (key) => {
      record("DeleteObject", key);
      return files.remove(key);
    },
    head: async (key) => {
      record("GetObject", key);
      const found = await files.head(key);
      if (!found) record("ListBucket", key);
      return found;
    },
  };
};

const recordedArchive = (archive: Archive): Archive => {
  const record = (action: string, key: string): void => recordCall(() => [{ action: `s3:${action}`, resource: "archive", key: orgOf(key) }]);
  return {
    put: (key, bytes, terms) => {
      record("PutObject", key);
      return archive.put(key, bytes, terms);
    },
    get: (key, range) => {
      record("GetObject", key);
      return archive.get(key, range);
    },
    list: (prefix) => {
      record("ListBucket", prefix);
      return archive.list(prefix);
    },
    remove: (key) => {
      record("DeleteObject", key);
      return archive.remove(key);
    },
  };
};

const recordedBus = (bus: Bus): Bus => ({
  publish: (envelopes) => {
    recordCall(() => envelopes.map(({ org_id }) => ({ action: "events:PutEvents", resource: "bus", key: `${org_id}#` })));
    for (const { type, data } of envelopes) lookForSecrets(`event ${type}`, data);
    return bus.publish(envelopes);
  },
});

const wraps: Readonly<Record<string, (port: never) => unknown>> = {
  commands: recordedCommands,
  vault: recordedVault,
  files: recordedFiles,
  uploads: recordedFiles,
  archive: recordedArchive,
  bus: recordedBus,
};

/** Ports that tests give in the place of AWS clients, recorded as the calls that the clients would make. */
export const recordedPorts = (ports: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, wraps[name]?.(port as never) ?? port]));
