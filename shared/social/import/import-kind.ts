import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { Violation } from "../../kernel/errors.ts";
import type { Layout } from "../../kernel/import/columns.ts";
import type { Commands } from "../../kernel/queue/commands.ts";

export type SendCtx = OrgCtx & { readonly commands: Commands };

/** A kind of file: what a row of it is, whether it is taken in, and how. All of it is the intake's own (POST), but for the columns. */
export interface ImportKind<T> {
  readonly layout: Layout<string>;
  /** Columns of numbers, and of JSON. */
  readonly numbers: readonly string[];
  readonly json: readonly string[];
  readonly schema: z.ZodType<T>;
  /** What is wrong with a value of the right shape, by fields. */
  faults(ctx: OrgCtx, value: T): Violation[];
  /** Why it is left out although nothing is wrong with it. */
  leftOut(ctx: OrgCtx, value: T): string | undefined;
  /** Sends values to be counted, under ids that begin with `name` and are the same for the same values; the id of the message of each. */
  send(ctx: SendCtx, values: readonly T[], name: string): Promise<readonly string[]>;
}
