import { execFileSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type SmallCases, filledWithin, mostPaid, paying, smallCases } from "../queue/paying.ts";
import { type Figure, type Subject, type Table, atLeast, atMost, beside } from "../subject.ts";
import { type QueueInput, assign } from "../../shared/soundcloud/queue/assign.ts";
import { pick, randomOf } from "../../tests/support/faults/random.ts";
import { mostAssignments } from "../../tests/unit/soundcloud/queue/most-assignments.ts";

const SIZES = [200, 2_000, 20_000] as const;
/** `mixed` draws scores as the target builder makes them; `ties` gives all the same; `skewed` proposes a few supporters to most; in `paying` credits run out. */
const SHAPES = ["mixed", "ties", "skewed", "paying"] as const;
type Shape = (typeof SHAPES)[number];

const EDGES_PER_MEMBER = 12.5;
const TARGETS = 10;
const RUNS = 3;

interface Measurement {
  readonly members: number;
  readonly edges: number;
  readonly slots: number;
  readonly filled: number;
  /** Of the paying a number that no queue exceeds. */
  readonly optimum: number;
  /** It knows no credits either. */
  readonly first_come: number | null;
  /** Wall time of the first run, with cold code. */
  readonly first_run_s: number;
  /** Processor time of the cheapest run: other work on the machine disturbs it least. */
  readonly least_cpu_s: number;
  readonly peak_mb: number;
}

function roster(members: number, shape: Shape): QueueInput {
  const random = randomOf(members);
  const next = (below: number) => Math.floor(random() * below);
  const oneOf = (values: readonly number[]) => pick(random, values);
  const submissions = Math.round((EDGES_PER_MEMBER * members) / TARGETS);
  const name = (prefix: string, index: number) => `${prefix}${String(index).padStart(6, "0")}`;
  const supporter = () => (shape === "skewed" ? Math.floor(members * (next(1e6) / 1e6) ** 3) : next(members));
  const score = () => (shape === "ties" ? 5_000 : oneOf([6_000, 4_800, 3_000]) + oneOf([1_250, 1_667, 1_875, 2_083]) + oneOf([0, 321, 750, 1_500]));
  const targets = () => {
    const chosen = new Set<number>();
    while (chosen.size < TARGETS) chosen.add(supporter());
    return Array.from(chosen, (index) => ({ supporter_id: name("m", index), score: score(), price: 1 }));
  };
  const input: QueueInput = {
    supply: Array.from({ length: members }, (_, index) => ({ supporter_id: name("m", index), capacity: 1 + next(2) })),
    demand: Array.from({ length: submissions }, (_, index) => ({
      submission_id: name("s", index),
      artist_id: name("a", next(Math.ceil(submissions * 0.8))),
      needs: 1 + next(2),
      waiting_days: next(14),
      spendable_credits: null,
      targets: targets(),
    })),
  };
  return shape === "paying" ? paying(input, random) : input;
}

/** What taking each submission's best free supporters in order of arrival would fill. */
function firstCome({ supply, demand }: QueueInput): number {
  const left = new Map(supply.map(({ supporter_id, capacity }) => [supporter_id, capacity]));
  const met = new Set<string>();
  let filled = 0;
  for (const { artist_id, needs, targets } of demand) {
    const free = targets.filter(({ supporter_id }) => left.get(supporter_id)! > 0 && !met.has(`${artist_id} ${supporter_id}`));
    for (const { supporter_id } of free.toSorted((a, b) => b.score - a.score).slice(0, needs)) {
      left.set(supporter_id, left.get(supporter_id)! - 1);
      met.add(`${artist_id} ${supporter_id}`);
      filled++;
    }
  }
  return filled;
}

function measure(members: number, shape: Shape): Measurement {
  const input = roster(members, shape);
  const wall: number[] = [];
  const cpu: number[] = [];
  let filled = 0;
  for (let run = 0; run < RUNS; run++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    filled = assign(input).assignments.length;
    wall.push((performance.now() - start) / 1_000);
    cpu.push(process.cpuUsage(used).user / 1_000_000);
  }
  const peak_mb = process.resourceUsage().maxRSS / 1_024;
  if (filledWithin(input) !== filled) throw new Error("Two runs have filled differently.");
  return {
    members,
    edges: input.demand.reduce((sum, { targets }) => sum + targets.length, 0),
    slots: input.supply.reduce((sum, { capacity }) => sum + capacity, 0),
    filled,
    optimum: shape === "paying" ? mostPaid(input) : mostAssignments(input),
    first_come: shape === "paying" ? null : firstCome(input),
    first_run_s: wall[0]!,
    least_cpu_s: Math.min(...cpu),
    peak_mb,
  };
}

function measureApart(members: number, shape: Shape): Measurement {
  const args = [fileURLToPath(import.meta.url), "--members", String(members), "--shape", shape];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Measurement;
}

/** Growth of the processor time with the edges, from the middle size to the largest. */
const exponentOf = ([, middle, largest]: readonly Measurement[]): number =>
  Math.log(largest!.least_cpu_s / middle!.least_cpu_s) / Math.log(largest!.edges / middle!.edges);

const figuresOf = (measured: readonly Measurement[], all: readonly Measurement[], paid: Measurement, small: SmallCases): Figure[] => {
  const { first_run_s, peak_mb } = measured.at(-1)!;
  const fill = Math.min(...all.map(({ filled, optimum }) => filled / optimum));
  const greedy = Math.min(...measured.map(({ first_come, optimum }) => first_come! / optimum));
  return [
    atMost("queue_seconds_20000", first_run_s, 10, "s"),
    atMost("queue_mb_20000", peak_mb, 512, "MB"),
    atMost("queue_exponent", exponentOf(measured), 1.5),
    atLeast("queue_fill_ratio", fill, 1, "of the optimum"),
    beside("queue_first_come_ratio", greedy, "of the optimum"),
    beside("queue_fill_ratio_paying", small.worst, `of the optimum, the worst of ${small.cases} small rosters`),
    beside("queue_fill_ratio_paying_all", small.all, "of the optimum, all of them together"),
    beside("queue_fill_ratio_paying_20000", paid.filled / paid.optimum, "of what no queue exceeds"),
  ];
};

const tableOf = (shape: Shape, measured: readonly Measurement[]): Table => ({
  title: `Solver, ${shape} scores: exponent ${exponentOf(measured).toFixed(2)}`,
  rows: measured.map(({ first_run_s, least_cpu_s, peak_mb, ...counts }) => ({
    ...counts,
    first_run_s: Number(first_run_s.toFixed(3)),
    least_cpu_s: Number(least_cpu_s.toFixed(3)),
    peak_mb: Math.round(peak_mb),
  })),
});

export const subject: Subject = {
  name: "queue",
  title: "The daily queue",
  about:
    "The solver from loaded rows to assignments at 200, 2,000 and 20,000 members with 12.5 proposed pairs a member, on fixed seeds, each size in a process of its own. The optimum comes from a second, independent method; first-come greedy stands beside it. Times are of mixed scores, the fill is the worst of all shapes in which nobody pays with credits. Credits come after the matching ([0008](decisions/0008-the-daily-queue-as-a-flow.md)), so that a queue is not always the fullest that could be paid, and has no bound: where they run out, small rosters are compared with every queue that can be paid, and large ones with a number that none exceeds, since the second method knows no budgets; the optimum lies between.",
  measure: async () => {
    const small = smallCases();
    const byShape = SHAPES.map((shape) => ({ shape, measured: SIZES.map((members) => measureApart(members, shape)) }));
    return {
      figures: figuresOf(
        byShape[0]!.measured,
        byShape.filter(({ shape }) => shape !== "paying").flatMap(({ measured }) => measured),
        byShape.at(-1)!.measured.at(-1)!,
        small,
      ),
      tables: [
        ...byShape.map(({ shape, measured }) => tableOf(shape, measured)),
        { title: "Small rosters where credits run out, beside every queue that can be paid", rows: [{ ...small }] },
      ],
    };
  },
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { members: { type: "string" }, shape: { type: "string" } } });
  console.log(JSON.stringify(measure(Number(values.members), SHAPES.find((shape) => shape === values.shape) ?? "mixed")));
}
