/** Something outside the program's reach keeps the local cloud from starting or going on: what, why and the remedy, in one sentence each. */
export class Refusal extends Error {
  constructor(what: string, why: string, remedy: string) {
    super(`${what} ${why} ${remedy}`);
    this.name = "Refusal";
  }
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
