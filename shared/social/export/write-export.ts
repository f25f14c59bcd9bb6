import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { List } from "../../kernel/export/list.ts";
import { writeExport as write } from "../../kernel/export/write-export.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { Timed } from "../../kernel/job.ts";
import { conversionList } from "./conversion-list.ts";
import type { SocialExport } from "./export.ts";
import { exportsStored } from "./exports.ts";
import { personSections } from "./person-sections.ts";
import { postList } from "./post-list.ts";

type WriteCtx = OrgCtx & Timed & { readonly archive: Archive; readonly files: Files };

const LISTS: Readonly<Record<Exclude<SocialExport["kind"], "person">, List>> = { posts: postList, conversions: conversionList };
const ERASED = "person_erased";

const contentOf = async (ctx: WriteCtx, { kind, platform, platform_user_id }: SocialExport) => {
  if (kind !== "person") return LISTS[kind];
  if (platform === undefined || platform_user_id === undefined) throw new DomainError("conflict", ERASED, "The person was erased before the file was written.");
  const person = { platform, platform_user_id };
  return { about: person, sections: await personSections(ctx, person) };
};

/** Writes an export's file: everything that is held of somebody of the audience, or a list of the org. README, Exports. */
export const writeExport = (ctx: WriteCtx, order: { readonly export_id: string }): Promise<void> =>
  write(ctx, exportsStored, order, { of: (item) => contentOf(ctx, item), erased: ERASED, out_of_time: "Ask for help with this one." });
