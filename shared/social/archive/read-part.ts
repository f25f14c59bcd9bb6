import { isDomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { ArchivePart } from "./archive-part.ts";
import { type Unpacked, unpacked } from "./document.ts";

/** The events of a part, or what is wrong with it, said so that an operator finds the object. */
export const readPart = async ({ archive }: { readonly archive: Archive }, part: ArchivePart): Promise<Unpacked> => {
  const bytes = await archive.get(part.object_key).catch((error: unknown) => {
    if (isDomainError(error, "not_found")) return undefined;
    throw error;
  });
  const { events, fault } = bytes === undefined ? { events: [], fault: "is not there" } : await unpacked(bytes, part);
  return fault === undefined ? { events } : { events: [], fault: `Part ${part.part} of copy ${part.copy}, ${part.object_key}, ${fault}.` };
};
