import { afterAll, describe, expect, it } from "vitest";
import { conflict } from "../../shared/kernel/errors.ts";
import { atSize, figures } from "../support/figures.ts";
import type { SimulatedFault } from "../support/simulation/faults.ts";
import {
  type DatabaseMutant,
  inTransaction,
  isAssignment,
  isClaim,
  isCount,
  isEntry,
  isHistory,
  isMailLog,
  isOutbox,
  isPost,
  isRun,
  isSlackStatus,
  isSubmission,
  isUniqueRow,
  isWallet,
  leaving,
  losing,
  mapItems,
  mistake,
  phantomConflict,
  setting,
  unconditional,
  without,
  writtenAfter,
  writtenApart,
} from "../support/simulation/mutants.ts";
import { type ArchiveMutant, moveWithinRequests, readBetweenCalls, simulatedArchive } from "../support/simulation/simulated-archive.ts";
import { simulateCampaigns } from "../support/simulation/simulated-campaigns.ts";
import { type DeliveryRun, simulateDelivery } from "../support/simulation/simulated-delivery.ts";
import { type GrantsMutant, simulateGrants } from "../support/simulation/simulated-grants.ts";
import { simulateInbox } from "../support/simulation/simulated-inbox.ts";
import { simulateMail } from "../support/simulation/simulated-mail.ts";
import { simulateLedger } from "../support/simulation/simulated-ledger.ts";
import { simulateSlack } from "../support/simulation/simulated-slack.ts";
import type { Handler } from "../support/simulation/simulated-queue.ts";

/** Some mistakes show only in a race or with a certain fault; a few short runs make it certain to come. */
const RUNS = 30;
/** Without a mistake there is nothing to wait for; ledger-simulated, grants and delivery look longer. */
const QUIET_RUNS = atSize({ test: 2, soak: 5 });
const runsOf = (mutant: unknown): number => (mutant === undefined ? QUIET_RUNS : RUNS);
const TIMEOUT_MS = 60_000;

/** All of them at full size; here one in three, and all of the ledger. */
const EACH = atSize({ test: 3, soak: 1 });
const some = <T>(mutants: Readonly<Record<string, T>>): [string, T][] => Object.entries(mutants).filter((_, at) => at % EACH === 0);

const found = async (runs: number, run: (seed: number) => Promise<readonly string[]>): Promise<boolean> => {
  for (let seed = 1; seed <= runs; seed++) {
    const violations = await run(seed);
    if (violations.length > 0) return true;
  }
  return false;
};

const inLedger = (mutant?: DatabaseMutant) =>
  found(runsOf(mutant), async (seed) => (await simulateLedger({ seed, operations: 80, members: 6, at_once: 8, mutant })).result.violations);
const inGrants = (mutant?: GrantsMutant, kinds?: readonly SimulatedFault[]) =>
  found(
    runsOf(mutant),
    async (seed) => (await simulateGrants({ seed, orgs: 2, members: 4, months: 4, mutant, ...(kinds ? { kinds } : {}) })).result.violations,
  );

const inCampaigns = (mutant?: DatabaseMutant) =>
  found(runsOf(mutant), async (seed) => (await simulateCampaigns({ seed, campaigns: 2, assignments: 8, at_once: 6, mutant })).result.violations);

const inInbox = (mutant?: DatabaseMutant) => found(runsOf(mutant), async (seed) => (await simulateInbox({ seed, events: 12, at_once: 4, mutant })).result);

const inMail = (mutant?: DatabaseMutant) => found(runsOf(mutant), async (seed) => (await simulateMail({ seed, members: 4, at_once: 4, mutant })).result);
const inSlack = (mutant?: DatabaseMutant) => found(runsOf(mutant), async (seed) => (await simulateSlack({ seed, messages: 6, at_once: 4, mutant })).result);

const DELIVERY: DeliveryRun = { seed: 1, orgs: 6, months: 5, duplicates: 0.2, poison: 0.1, shuffled: true, kinds: [], workers: 4 };
const inDelivery = async (mutant?: DeliveryRun["mutant"], kinds: DeliveryRun["kinds"] = []) => {
  const quiet = await simulateDelivery({ ...DELIVERY, poison: 0, shuffled: false });
  return found(runsOf(mutant), async (seed) => {
    const { result } = await simulateDelivery({ ...DELIVERY, seed, kinds, mutant });
    return JSON.stringify(result.state) === JSON.stringify(quiet.result.state) ? result.violations : ["another state", ...result.violations];
  });
};

let archive: ReturnType<typeof simulatedArchive> | undefined;
afterAll(async () => (await archive)?.stop());
const inArchive = async (mutant: ArchiveMutant = {}): Promise<boolean> => {
  const world = await (archive ??= simulatedArchive());
  const plan = { posts: 2, events: 3, mutant };
  if ((await readBetweenCalls(world, plan)).violations.length > 0) return true;
  return (await moveWithinRequests(world, { ...plan, posts: 1 })).violations.length > 0;
};

/** A replaced reply of the worker to its batch. */
const reporting =
  (change: (failed: string[], all: string[]) => string[]): ((handler: Handler) => Handler) =>
  (handler) =>
  async (event, invocation) => {
    const { batchItemFailures } = await handler(event, invocation);
    const failed = change(
      batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      event.Records.map(({ messageId }) => messageId),
    );
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };

const isRelease = (item: Record<string, any>): boolean => isAssignment(item) && Object.values(item["Update"].ExpressionAttributeValues).includes("skipped");

const IN_LEDGER: Readonly<Record<string, DatabaseMutant>> = {
  "the wallet is written without its version": inTransaction(mapItems(isWallet, ({ Update }) => ({ Update: unconditional(Update) }))),
  "one transaction is written as several writes": writtenApart,
  "success is told before anything is stored": mistake((op, input, _send, random) =>
    op === "TransactWrite" && input.TransactItems.some(isWallet) && random() < 0.2 ? Promise.resolve({}) : undefined,
  ),
  "an entry is left out of its transaction": inTransaction((items, random) => (random() < 0.2 ? items.filter((item) => !isEntry(item)) : items)),
  "a refusal is taken for success": mistake((op, input, send) => (op === "TransactWrite" ? send(op, input).catch(() => ({})) : undefined)),
  "a conflict that passes is taken for a refusal": phantomConflict,
  "the same cause may be booked twice": mistake((op, input, send, random) => {
    // The money moves in a transaction of its own, under a random key, and what would refuse a repeat comes after it.
    if (op !== "TransactWrite" || !input.TransactItems.some(isWallet)) return undefined;
    const isMoney = (item: object): boolean => isWallet(item) || isEntry(item) || isUniqueRow(item);
    const anew = mapItems(isUniqueRow, ({ Put }) => ({ Put: { ...Put, Item: { ...Put.Item, pk: `${Put.Item.pk}#${random()}` } } }))(input.TransactItems);
    const rest = anew.filter((item) => !isMoney(item));
    return send(op, { TransactItems: anew.filter(isMoney) }).then((reply) => (rest.length === 0 ? reply : send(op, { TransactItems: rest })));
  }),
  "an amount is off by one": inTransaction((items, random) =>
    random() < 0.2 ? mapItems(isEntry, ({ Put }) => ({ Put: { ...Put, Item: { ...Put.Item, change_amount: Put.Item.change_amount + 1 } } }))(items) : items,
  ),
  "the cap is not looked at": mistake((op, input, send) => {
    if (op === "Get" && input.Key.sk === "W") return send(op, input).then((reply) => (reply.Item ? { Item: { ...reply.Item, cap: 1_000_000 } } : reply));
    if (op !== "TransactWrite" || !input.TransactItems.some(isWallet)) return undefined;
    return send(op, { TransactItems: mapItems(isWallet, ({ Update }) => ({ Update: setting(Update, "cap", () => 12) }))(input.TransactItems) });
  }),
  "the other party's wallet is forgotten": inTransaction((items) => {
    const wallets = items.filter(isWallet);
    return wallets.length < 2 ? items : items.filter((item) => item !== wallets[1]);
  }),
  "the chain is not carried on": inTransaction(mapItems(isWallet, ({ Update }) => ({ Update: leaving(Update, "last_hash") }))),
  "a reservation is not noted": inTransaction(mapItems(isWallet, ({ Update }) => ({ Update: leaving(Update, "reserved") }))),
  "the assignment does not move with the money": without(isAssignment),
  "the history of a state is not written": without(isHistory),
  "a claim is not completed with its effect": without(isClaim),
  "a claim is taken whoever holds it": mistake((op, input, send) =>
    op === "Put" && input.Item._t === "Idempotency" ? send(op, unconditional(input)) : undefined,
  ),
  "a release is told and not stored": mistake((op, input) => (op === "TransactWrite" && input.TransactItems.some(isRelease) ? Promise.resolve({}) : undefined)),
  "a promise is told as a refusal": mistake((op, input, send, random, pattern) =>
    op === "TransactWrite" && pattern === "ledger.reserve" && random() < 0.2
      ? send(op, input).then(() => Promise.reject(conflict("insufficient_credits", "")))
      : undefined,
  ),
  "a wallet once read is remembered": (() => {
    const known = new Map<string, unknown>();
    return mistake((op, input, send) => {
      if (op !== "Get" || input.Key.sk !== "W") return undefined;
      const { pk } = input.Key;
      if (known.has(pk)) return Promise.resolve(known.get(pk));
      return send(op, input).then((reply) => {
        known.set(pk, reply);
        return reply;
      });
    });
  })(),
};

const IN_GRANTS: Readonly<Record<string, GrantsMutant>> = {
  "a grant does not note its month": { db: inTransaction(mapItems(isWallet, ({ Update }) => ({ Update: leaving(Update, "last_granted_month") }))) },
  "a fact is lost from the outbox": { db: without(isOutbox) },
  "commands are lost on their way": { sent: (random) => random() > 0.3 },
  "the schedule goes by the clock of the machine": { scheduled_at: (_, now) => new Date(now.getTime() - 3_600_000 * 24) },
};

const IN_CAMPAIGNS: Readonly<Record<string, DatabaseMutant>> = {
  "a campaign's repost is counted after its transaction": writtenAfter(isCount),
  "a campaign's repost is not counted": without(isCount),
};

const isInbox = ({ Update }: Record<string, any>): boolean => Update?.Key.sk === "NB";
const ofInbox = (change: (item: Record<string, any>) => Record<string, any>): DatabaseMutant =>
  mistake((op, input, send) =>
    op === "TransactWrite" && input.TransactItems.some(isInbox) ? send(op, { TransactItems: mapItems(isInbox, change)(input.TransactItems) }) : undefined,
  );
const IN_INBOX: Readonly<Record<string, DatabaseMutant>> = {
  "an inbox is written without its version": ofInbox(({ Update }) => ({ Update: unconditional(Update) })),
  "a notification is not counted": ofInbox(({ Update }) => ({ Update: leaving(Update, "unread") })),
  "the same fact may be told twice": mistake((op, input, send, random) =>
    op === "TransactWrite" && input.TransactItems.some(isInbox)
      ? send(op, {
          TransactItems: mapItems(isUniqueRow, ({ Put }) => ({ Put: { ...Put, Item: { ...Put.Item, pk: `${Put.Item.pk}#${random()}` } } }))(
            input.TransactItems,
          ),
        })
      : undefined,
  ),
};

const inAny = (is: (item: Record<string, any>) => boolean, change: (item: Record<string, any>) => Record<string, any>): DatabaseMutant =>
  mistake((op, input, send) =>
    op === "TransactWrite" && input.TransactItems.some(is) ? send(op, { TransactItems: mapItems(is, change)(input.TransactItems) }) : undefined,
  );
const IN_MAIL: Readonly<Record<string, DatabaseMutant>> = {
  "that a mail was handed over is not kept": inAny(isMailLog, ({ Update }) => ({ Update: leaving(Update, "ended_at") })),
  "a run is not counted with its mail": without(isRun),
  "a run is counted whatever was counted meanwhile": inAny(isRun, ({ Update }) => ({ Update: unconditional(Update) })),
  "a sent mail is not noted with its submission": without(isSubmission),
};
const IN_SLACK: Readonly<Record<string, DatabaseMutant>> = {
  "that a message was posted is not noted": without(isPost),
  "failures of Slack are counted without looking": inAny(isSlackStatus, ({ Update }) => ({ Update: unconditional(Update) })),
  "until when Slack wants to be left alone is not kept": inAny(isPost, ({ Put }) => {
    const { not_before: _, ...Item } = Put.Item;
    return { Put: { ...Put, Item } };
  }),
};

const isArchivedMonth = ({ _t }: Record<string, any>): boolean => _t === "ArchivedMonth";
/** What is read of a month is another. */
const readingMonth = (change: (item: Record<string, any>) => Record<string, any>): DatabaseMutant =>
  mistake((op, input, send) =>
    op === "Get" ? send(op, input).then((reply) => (reply.Item && isArchivedMonth(reply.Item) ? { ...reply, Item: change(reply.Item) } : reply)) : undefined,
  );
const IN_ARCHIVE: Readonly<Record<string, ArchiveMutant>> = {
  "a month is deleted before it is verified": {
    db: readingMonth((item) => (item.status === "copying" && item.work?.sealed ? { ...item, status: "deleting" } : item)),
  },
  "what is read back is what was sent, and the bucket has something else": {
    archive: (bucket) => {
      const sent = new Map<string, Buffer>();
      return {
        ...bucket,
        put: async (key, bytes, terms) => {
          sent.set(key, Buffer.from(bytes));
          await bucket.put(key, bytes.slice(0, bytes.length >> 1), terms);
        },
        get: async (key, range) => sent.get(key) ?? bucket.get(key, range),
      };
    },
  },
  "a verified copy is not told to readers": {
    db: mistake((op, input, send, _random, pattern) =>
      op === "TransactWrite" && pattern === "archive.verified"
        ? send(op, {
            TransactItems: mapItems(
              ({ Update }) => Update !== undefined,
              ({ Update }) => ({ Update: setting(Update, "copies", () => []) }),
            )(input.TransactItems),
          })
        : undefined,
    ),
  },
  "an event is deleted whatever became of it since": { db: mistake((op, input, send) => (op === "Delete" ? send(op, unconditional(input)) : undefined)) },
  "a restored month is given up while its events come back": {
    db: readingMonth((item) => (item.status === "restoring" && item.work ? { ...item, work: { ...item.work, passed: item.work.parts } } : item)),
  },
  "readers look at the archive before the table only": {
    reading: (db) => {
      let before: unknown;
      return {
        ...db,
        send: async (op, pattern, input) => {
          const isSecond = pattern === "ArchivedMonth.get" && before !== undefined;
          const reply = isSecond ? before : await db.send(op, pattern, input);
          if (pattern === "ArchivedMonth.get") before = isSecond ? undefined : reply;
          return reply;
        },
      };
    },
  },
};

/** Only these faults bring them to light. */
const UNDER_ONE_FAULT: Readonly<Record<string, readonly [DatabaseMutant, SimulatedFault]>> = {
  "what a query leaves over is not asked for": [losing("LastEvaluatedKey", "Query"), "short_page"],
  "unprocessed keys are swallowed": [losing("UnprocessedKeys", "BatchGet"), "unprocessed"],
};

const IN_DELIVERY: Readonly<Record<string, NonNullable<DeliveryRun["mutant"]>>> = {
  "no failure is reported": { handler: reporting(() => []) },
  "the whole batch is reported": { handler: reporting((failed, all) => (failed.length > 0 ? all : failed)) },
  "all but the first failure are swallowed": { handler: reporting((failed) => failed.slice(0, 1)) },
  "what comes after a failure is dropped": { handler: reporting((failed, all) => (failed.length > 0 ? all.slice(all.indexOf(failed[0]!)) : failed)) },
};

describe("the simulator finds nothing", () => {
  it(
    "where there is no mistake",
    async () => {
      expect(await inLedger()).toBe(false);
      expect(await inGrants()).toBe(false);
      expect(await inCampaigns()).toBe(false);
      expect(await inDelivery()).toBe(false);
      expect(await inInbox()).toBe(false);
      expect(await inMail()).toBe(false);
      expect(await inSlack()).toBe(false);
    },
    TIMEOUT_MS,
  );
});

describe("readers of the archive find nothing", () => {
  it("where there is no mistake", async () => expect(await inArchive()).toBe(false), TIMEOUT_MS);
});

describe("the simulator finds it when", () => {
  it.each(Object.entries(IN_LEDGER))("%s", async (_, mutant) => expect(await inLedger(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(IN_GRANTS))("%s", async (_, mutant) => expect(await inGrants(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(IN_CAMPAIGNS))("%s", async (_, mutant) => expect(await inCampaigns(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(IN_ARCHIVE))("%s", async (_, mutant) => expect(await inArchive(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(IN_INBOX))("%s", async (_, mutant) => expect(await inInbox(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(IN_MAIL))("%s", async (_, mutant) => expect(await inMail(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(IN_SLACK))("%s", async (_, mutant) => expect(await inSlack(mutant)).toBe(true), TIMEOUT_MS);
  it.each(some(UNDER_ONE_FAULT))("%s", async (_, [db, fault]) => expect(await inGrants({ db }, [fault])).toBe(true), TIMEOUT_MS);
  it.each(some(IN_DELIVERY))("%s", async (_, mutant) => expect(await inDelivery(mutant)).toBe(true), TIMEOUT_MS);
  it(
    "messages are deleted before the work is done",
    async () => expect(await inDelivery({ early: true }, ["crash_before", "crash_after"])).toBe(true),
    TIMEOUT_MS,
  );

  it("counts them", () => {
    const mutants = [IN_LEDGER, IN_GRANTS, IN_CAMPAIGNS, IN_INBOX, IN_MAIL, IN_SLACK, IN_ARCHIVE, UNDER_ONE_FAULT, IN_DELIVERY].reduce(
      (sum, list) => sum + Object.keys(list).length,
      1,
    );
    expect(mutants).toBeGreaterThanOrEqual(20);
    figures("R15", { "seeded mistakes": mutants, found: mutants });
  });
});
