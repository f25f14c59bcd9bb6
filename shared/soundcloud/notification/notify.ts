import type { OrgCtx } from "../../kernel/context.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { Member } from "../member/member.ts";
import { Submission } from "../submission/submission.ts";
import { deliverNotification } from "./deliver-notification.ts";
import { type Telling, type Told, tellingsOf } from "./notices.ts";
import { opsOf } from "./ops-of.ts";

/** The users whom a telling reaches; a member who has never signed in has none. */
const recipientsOf = async (ctx: OrgCtx, telling: Telling): Promise<readonly string[]> => {
  const { org_id } = ctx;
  if (telling.to === "ops") return opsOf(ctx);
  const member_id = telling.to === "member" ? telling.member_id : (await Submission.find(ctx, { org_id, id: telling.submission_id }))?.member_id;
  const user_id = member_id === undefined ? undefined : (await Member.find(ctx, { org_id, id: member_id }))?.user_id;
  return user_id === undefined ? [] : [user_id];
};

/**
 * Tells a fact to everybody whom it concerns, each once: whoever is concerned twice is told what comes first. The
 * message's id, which is the event's, and the recipient make the notification's id, so that it may come again.
 */
export const notify = async (ctx: OrgCtx, told: Told): Promise<void> => {
  const reached = new Set<string>();
  for (const telling of tellingsOf(told))
    for (const user_id of await recipientsOf(ctx, telling)) {
      if (reached.has(user_id)) continue;
      reached.add(user_id);
      await deliverNotification(ctx, user_id, telling.notice, uuidOf(`${ctx.request_id}/${user_id}`));
    }
};
