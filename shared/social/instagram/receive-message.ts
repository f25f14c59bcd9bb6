import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { transact } from "../../kernel/table/table.ts";
import { SocialAccount } from "../account/social-account.ts";
import { inMessages } from "../engagement/order-events.ts";
import { social } from "../table.ts";
import { type InstagramMessage, type Mention, type Told, toldBy } from "./instagram-message.ts";

const MOST_MENTIONS = 100;

/**
 * Puts what Instagram tells on the queues and remembers the message. Instagram names no message, so its id is the digest
 * of its bytes, and all that follows from it has ids of that: a repetition after a crash counts nothing twice. README, Instagram.
 */
export const receiveMessage = async (ctx: OrgCtx & { readonly commands: Commands }, message: InstagramMessage, message_id: string): Promise<void> => {
  const { org_id } = ctx;
  const { events, mentions } = toldBy(message);
  const idOf = (part: string): string => uuidOf(`${org_id}/instagram/${message_id}/${part}`);
  const orders = inMessages(events).map((group, n) => ({ org_id, id: idOf(`events/${n}`), data: { events: group } }));
  const named = await withTopics(ctx, mentions);
  const notes = slices(named).map((group, n) => ({ org_id, id: idOf(`mentions/${n}`), data: { mentions: group } }));
  await ctx.commands.sendEach(ctx, IngestEvents, orders);
  await ctx.commands.sendEach(ctx, RecordMentions, notes);
  await transact(ctx, social, [], { pattern: "instagram.receive" });
};

/** A mention of an account is of its name; of its id as long as nobody has connected it. */
const withTopics = async (ctx: OrgCtx, mentions: Told["mentions"]): Promise<Mention[]> => {
  const accounts = new Set(mentions.flatMap(({ of_account }) => of_account ?? []));
  const names = new Map<string, string>();
  for (const external_id of accounts) {
    const account = await SocialAccount.by.external(ctx, { org_id: ctx.org_id, platform: "instagram", external_id });
    names.set(external_id, account?.username ?? external_id);
  }
  return mentions.map(({ of_account, topic, ...mention }) => ({ ...mention, topic: topic ?? names.get(of_account!)! }));
};

const slices = (mentions: readonly Mention[]): Mention[][] =>
  Array.from({ length: Math.ceil(mentions.length / MOST_MENTIONS) }, (_, n) => mentions.slice(n * MOST_MENTIONS, (n + 1) * MOST_MENTIONS));
