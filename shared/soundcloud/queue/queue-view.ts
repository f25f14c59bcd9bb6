import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { Queue } from "./queue.ts";

/** A queue as it is shown. Members see neither notes nor what it could not fill; lists name no submissions. */
export const QueueView = Queue.api.response.partial({ empty_counts: true, unfilled: true, unfilled_count: true });
export type QueueView = z.output<typeof QueueView>;

const QueueInList = QueueView.omit({ unfilled: true });
const QueueForMembers = QueueInList.omit({ empty_counts: true, unfilled_count: true, notes: true });

export const presentQueue = (ctx: OrgCtx, queue: Queue): QueueView => (ctx.grant === "all" ? QueueView : QueueForMembers).parse(queue);
export const presentListed = (ctx: OrgCtx, queue: Queue): QueueView => (ctx.grant === "all" ? QueueInList : QueueForMembers).parse(queue);
