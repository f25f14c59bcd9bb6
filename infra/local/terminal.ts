import type { Log } from "../../shared/kernel/context.ts";

/** What the person who typed the command sees: steps with their time, and warnings in between. */
export interface Terminal {
  readonly log: Log;
  say(text: string): void;
  /** Shows a step while it runs, and how long it took. The step may answer a word on its outcome. */
  step<T>(title: string, work: () => Promise<T>, outcome?: (value: T) => string): Promise<T>;
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

export const makeTerminal = (out: NodeJS.WritableStream = process.stdout): Terminal => {
  let open = false;
  const say = (text: string): void => {
    out.write(open ? `\n${text}\n` : `${text}\n`);
    open = false;
  };
  return {
    say,
    log: { debug: () => undefined, info: say, warn: (text) => say(`warning: ${text}`), error: (text) => say(`error: ${text}`) },
    step: async (title, work, outcome) => {
      const from = performance.now();
      out.write(`${title} ... `);
      open = true;
      const value = await work();
      const word = outcome?.(value);
      out.write(`${open ? "" : `${title}: `}${word ? `${word}, ` : ""}${seconds(from)}\n`);
      open = false;
      return value;
    },
  };
};
