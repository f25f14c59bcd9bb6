import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** When a mail of some kind last went to somebody who shall not get it again for a while; written with the mail. README, Mail. */
export const MailRepeat = entity(soundcloud, "MailRepeat", {
  fields: () => ({
    org_id: id,
    /** `<template>/<what>/<whom>`. */
    kind: z.string().max(300),
    email_log_id: id,
    allowed_from: timestamp,
  }),
  key: ["{org_id}#MR#{kind}", "MR"],
  ttl: ({ allowed_from }) => Math.ceil(Date.parse(allowed_from) / 1000),
});
export type MailRepeat = Item<typeof MailRepeat>;
