import type { QueueInput } from "../../../../shared/soundcloud/queue/assign.ts";

/**
 * How many assignments a roster without conflicts allows, found one at a time by augmenting paths between submissions.
 * Shares no code with the solver: its answer is the second opinion on the fill.
 */
export function mostAssignments({ supply, demand }: QueueInput): number {
  const capacity = new Map(supply.map((one) => [one.supporter_id, one.capacity]));
  /** Supporter → artist → the submission that it takes. */
  const taking = new Map(supply.map((one) => [one.supporter_id, new Map<string, number>()]));
  const hopeless = new Set<number>();
  let total = 0;
  demand.forEach(({ needs }, start) => {
    for (let need = 0; need < needs && !hopeless.has(start); need++) if (augment(start)) total++;
  });
  return total;

  /** Submissions reached without finding a slot never find one later, whatever else is assigned. */
  function augment(start: number): boolean {
    const from = new Map<number, { readonly by: number; readonly supporter_id: string } | undefined>([[start, undefined]]);
    for (const submission of from.keys()) {
      const { artist_id, targets } = demand[submission]!;
      for (const { supporter_id } of targets) {
        const taken = taking.get(supporter_id);
        const holder = taken?.get(artist_id);
        if (taken === undefined || holder === submission) continue;
        if (holder === undefined && taken.size < capacity.get(supporter_id)!) {
          shift(submission, supporter_id);
          return true;
        }
        const displaced = holder === undefined ? taken.values() : [holder];
        for (const other of displaced) if (!from.has(other) && !hopeless.has(other)) from.set(other, { by: submission, supporter_id });
      }
    }
    for (const submission of from.keys()) hopeless.add(submission);
    return false;

    /** Each submission on the path takes the supporter of the one it displaced. */
    function shift(last: number, free: string): void {
      let [submission, supporter_id] = [last, free];
      for (;;) {
        const step = from.get(submission);
        if (step !== undefined) taking.get(step.supporter_id)!.delete(demand[submission]!.artist_id);
        taking.get(supporter_id)!.set(demand[submission]!.artist_id, submission);
        if (step === undefined) return;
        [submission, supporter_id] = [step.by, step.supporter_id];
      }
    }
  }
}
