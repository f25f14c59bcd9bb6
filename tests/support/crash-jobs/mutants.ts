import { type CrashGate, type CrashJob, crashGate } from "../faults/crash.ts";
import { type Handler, intercept } from "../faults/wire.ts";
import { checkClocksCrash } from "./check-clocks.ts";
import type { CrashCase } from "./crash-case.ts";
import { countEventsCrash } from "./engagement.ts";
import { applyMailEventCrash } from "./mail.ts";
import { notifyCrash } from "./notify.ts";

type Item = Record<string, any>;

let forgotten = 0;

/** A case whose job stores what would make a repeat harmless where the repeat does not look. */
const forgetting = ({ title, open }: CrashCase, is: (item: Item) => boolean): CrashCase => {
  const elsewhere = ({ Put, ...rest }: Item): Item =>
    Put && is(Put.Item) ? { Put: { ...Put, Item: { ...Put.Item, pk: { S: `${Put.Item.pk.S}#${(forgotten += 1)}` } } } } : { ...rest, ...(Put ? { Put } : {}) };
  const wrong = (handler: Handler): Handler =>
    intercept(handler, ({ operation, body, forward }) =>
      operation === "TransactWriteItems" ? forward({ ...body, TransactItems: body.TransactItems.map(elsewhere) }) : forward(),
    );
  return {
    title,
    open: () => {
      const { job, close } = open();
      const world = (gate: CrashGate) => job.world({ ...gate, wrap: (handler) => wrong(gate.wrap(handler)) });
      return { job: { ...job, world }, close };
    },
  };
};
const isOf =
  (entity: string) =>
  ({ _t }: Item): boolean =>
    _t?.S === entity;

/** Jobs that end as they should unless they are stopped, and then do their work twice. */
export const doingItTwice: Readonly<Record<string, CrashCase>> = {
  "a fact is told twice": forgetting(notifyCrash, ({ sk }) => sk.S === "U"),
  "a deadline is told twice": forgetting(checkClocksCrash, isOf("DeadlineAlert")),
  "a bounce is counted twice": forgetting(applyMailEventCrash, isOf("MailEvent")),
  "a record of a stream is counted twice": forgetting(countEventsCrash, isOf("StreamCheckpoint")),
};

/** One run of a job to its end, as the first of `crashPoints`. */
export const undisturbed = async ({ open }: CrashCase): Promise<unknown> => {
  const { job, close } = open();
  try {
    const world = await job.world(crashGate());
    await job.run(world);
    return await job.state(world);
  } finally {
    await close();
  }
};

/** A job of so many calls that stores something with one of them, whatever is stored already, unless a later call has noted that it did. */
export const storing = ({
  at,
  noted_at,
  calls,
}: {
  at: number;
  noted_at?: number;
  calls: number;
}): CrashJob<{ stored: number; call(n: number): Promise<void> }> => ({
  world: async (gate) => {
    let noted = false;
    const world = {
      stored: 0,
      call: gate.around(async (n: number) => {
        if (n === at && !noted) world.stored += 1;
        if (n === noted_at) noted = true;
      }),
    };
    return world;
  },
  run: async ({ call }) => {
    for (let n = 1; n <= calls; n++) await call(n);
  },
  state: async ({ stored }) => stored,
});
