import { EngagementEvent } from "../engagement/engagement-event.ts";

const keyOf = (id: string): Buffer => Buffer.from(EngagementEvent.model.sk.of({ id })!);

/** The order of ids in the table, which sorts the bytes of keys: the same for all that is merged with it. */
export const byId = (a: { readonly id: string }, b: { readonly id: string }): number => Buffer.compare(keyOf(a.id), keyOf(b.id));

/** Whether an event comes after an id in the order of the table. */
export const isAfter = ({ id }: { readonly id: string }, after: string | undefined): boolean => after === undefined || byId({ id }, { id: after }) > 0;
