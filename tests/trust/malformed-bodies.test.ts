import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { type HttpPlace, httpPlace } from "../api/kernel/http/place.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Sent, good, json, malformedBodies, sendRaw } from "../support/malformed-bodies.ts";

const REQUESTS = atSize({ test: 400, soak: 10_000 });
const MOST_MS = 100;
const MOST_HEAP_MB = 50;
/** A slow answer is asked for again, and the median counts: the machine has other things to do. */
const REPEATS = 5;

/** Without a collection the heap tells what was used, not what is kept. */
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const heapMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1024 ** 2;
};

let place: HttpPlace;
beforeAll(async () => {
  place = await httpPlace();
  await send(json(good));
});

const send = (sent: Sent) => sendRaw(place, sent);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const timeOf = async (sent: Sent, first: number): Promise<number> => {
  if (first < MOST_MS) return first;
  const times = [first];
  while (times.length < REPEATS) times.push((await send(sent)).ms);
  return median(times);
};

describe("malformed bodies", () => {
  const corpus = Object.entries(malformedBodies);

  it(
    `${REQUESTS} requests with ${corpus.length} of them are each refused with a problem, in less than ${MOST_MS} ms`,
    async () => {
      expect(corpus.length).toBeGreaterThanOrEqual(300);
      const wrong: string[] = [];
      let slowest = 0;
      const before = heapMb();
      for (let n = 0; n < REQUESTS; n++) {
        const [name, sent] = corpus[n % corpus.length]!;
        const { reply, ms } = await send(sent);
        const { status, headers, problem } = reply;
        if (status < 400 || status > 499) wrong.push(`${name}: ${status}`);
        else if (headers["content-type"] !== "application/problem+json" || problem.status !== status || !problem.code) wrong.push(`${name}: no problem`);
        const time = await timeOf(sent, ms);
        slowest = Math.max(slowest, time);
        if (time >= MOST_MS) wrong.push(`${name}: ${Math.round(time)} ms`);
        place.log.lines.length = 0;
        place.forget();
      }
      const grown = heapMb() - before;
      expect(wrong).toEqual([]);
      expect(grown).toBeLessThan(MOST_HEAP_MB);
      figures("S5", { bodies: corpus.length, requests: REQUESTS, "slowest ms": Math.round(slowest), "heap growth MB": Math.round(grown), wrong: wrong.length });
    },
    atSize({ test: 60_000, soak: 1_800_000 }),
  );
});
