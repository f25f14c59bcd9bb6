import { identity } from "../../shared/identity/table.ts";
import { social } from "../../shared/social/table.ts";
import { soundcloud } from "../../shared/soundcloud/table.ts";
import type { WorldOptions } from "../../tests/support/world.ts";
import { hostOn } from "../host.ts";
import { median } from "../subject.ts";
import { rawClient } from "./raw.ts";
import { type Recording, recorder, replay } from "./recording.ts";

export const ROUNDS = 5;

interface Took {
  readonly seconds: number;
  readonly cpu_seconds: number;
}

/** A world of some platforms; physical names of their tables. */
interface World {
  readonly physical: Readonly<Partial<Record<"identity" | "soundcloud" | "social", string>>>;
}

/** Work that was carried out once, with everything that it asked of its tables. */
export interface Run extends Took {
  readonly setup: Recording;
  readonly timed: Recording;
  readonly tables: World["physical"];
  /** Of what is counted: rows, transactions, messages. */
  readonly count: number;
}

/** Wall time, and processor time of this process. */
export const timed = async (work: () => Promise<unknown>): Promise<Took> => {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - began) / 1_000, cpu_seconds: (user + system) / 1e6 };
};

export interface Prepared {
  readonly count: number;
  readonly work: () => Promise<unknown>;
  /** Throws unless the work did what it was to do. */
  readonly check?: () => Promise<void>;
}

/** Sets up and works on tables of its own, with everything recorded that was asked of them; `open` makes the world on the host that it is given. */
export const record = async <W extends World>(
  open: (options: Pick<WorldOptions, "host">) => Promise<W>,
  prepare: (world: W) => Promise<Prepared>,
): Promise<Run> => {
  const tape = recorder();
  const world = await open({ host: await hostOn(tape.over) });
  const { count, work, check } = await prepare(world);
  const setup = tape.take();
  const took = await timed(work);
  const recording = tape.take();
  await check?.();
  return { setup, timed: recording, tables: world.physical, count, ...took };
};

/** The same requests on fresh tables, by the document client alone. */
const replayed = async ({ setup, timed: recording, tables }: Run): Promise<Took> => {
  const raw = await rawClient(
    [identity, soundcloud, social].filter(({ id }) => tables[id as keyof typeof tables] !== undefined),
    tables as Readonly<Record<string, string>>,
  );
  const translated = ({ calls, answers }: Recording): Recording => ({ answers, calls: calls.map((call) => ({ ...call, input: raw.translate(call.input) })) });
  await replay(translated(setup), raw.send);
  const ready = translated(recording);
  return timed(() => replay(ready, raw.send));
};

/** Medians of rounds of a run and of its bare requests, in turn, after one that warms both up. `ratio` is their speed, 1 that of the bare requests. */
export const compare = async (run: () => Promise<Run>) => {
  const rounds = [];
  await replayed(await run());
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await run();
    const raw = await replayed(ours);
    rounds.push({ ours, raw });
  }
  const per_second = median(rounds.map(({ ours }) => ours.count / ours.seconds));
  return {
    per_second,
    cpu_ms: median(rounds.map(({ ours }) => (ours.cpu_seconds * 1_000) / ours.count)),
    ratio: median(rounds.map(({ ours, raw }) => raw.seconds / ours.seconds)),
    cpu: median(rounds.map(({ ours, raw }) => ours.cpu_seconds / raw.cpu_seconds)),
    row: {
      count: rounds[0]!.ours.count,
      requests: rounds[0]!.ours.timed.calls.length,
      "per second": Math.round(per_second),
      "raw per second": Math.round(median(rounds.map(({ ours, raw }) => ours.count / raw.seconds))),
      "ratio, lowest": Number(Math.min(...rounds.map(({ ours, raw }) => raw.seconds / ours.seconds)).toFixed(3)),
      "ratio, highest": Number(Math.max(...rounds.map(({ ours, raw }) => raw.seconds / ours.seconds)).toFixed(3)),
    },
  };
};
