import type { Files } from "../../kernel/files/files.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import type { Member } from "../member/member.ts";

export type EraseCtx = OrgJobCtx & { readonly commands: Commands; readonly files: Files };

/** An erased member, with what the job still looks for; and where its two long readings go on. */
export interface Erasure {
  readonly member: Member;
  readonly texts: NonNullable<Member["erasing"]>;
  readonly from: Progress;
}
export interface Progress {
  readonly queue_date?: string | undefined;
  readonly import_id?: string | undefined;
}

/** Nothing is begun with less time than this. */
const STOP_MS = 15_000;

/** Works through a list one by one. Returns the item that time ran out before; undefined at the end. */
export const through = async <T>(ctx: OrgJobCtx, items: AsyncIterable<T> | Iterable<T>, work: (item: T) => Promise<unknown>): Promise<T | undefined> => {
  for await (const item of items) {
    if (ctx.remaining_ms() < STOP_MS) return item;
    await work(item);
  }
  return undefined;
};
