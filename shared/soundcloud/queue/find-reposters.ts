import { type Outcome, ok } from "../../kernel/outcome.ts";
import type { Member } from "../member/member.ts";
import type { SoundCloudUser } from "../soundcloud/resources.ts";
import type { SoundCloudClient } from "../soundcloud/soundcloud.client.ts";

/** The list is read this far: 10,000 accounts, the newest first. */
const MOST_PAGES = 50;

export interface Reposters {
  /** The URNs of those who stand in the list, by member id. */
  readonly urn: ReadonlyMap<string, string>;
  /** Whether who is not found is really not there: the list was read to its end. */
  readonly complete: boolean;
}

/** A channel is known by its URN, which a rename keeps, and until it was seen once by its handle. */
const channelOf = ({ soundcloud_urn, soundcloud_handle }: Member): string | undefined => soundcloud_urn ?? soundcloud_handle;
const namesOf = ({ urn, permalink }: SoundCloudUser): string[] => (permalink === null ? [urn] : [urn, permalink.toLowerCase()]);

/** Which members stand among a track's reposters: one reading of the list for all of them, which ends when all are found. */
export const findReposters = async (client: SoundCloudClient, track_urn: string, members: readonly Member[]): Promise<Outcome<Reposters>> => {
  const wanted = new Map(members.flatMap((member) => (channelOf(member) === undefined ? [] : [[channelOf(member)!, member.id]])));
  const urn = new Map<string, string>();
  let pages = 0;
  for await (const page of client.reposters(track_urn)) {
    if (page.kind !== "ok") return page;
    for (const user of page.value)
      for (const name of namesOf(user)) {
        const member_id = wanted.get(name);
        if (member_id !== undefined) urn.set(member_id, user.urn);
      }
    pages += 1;
    if (urn.size === members.length) break;
    if (pages >= MOST_PAGES) return ok({ urn, complete: false });
  }
  return ok({ urn, complete: true });
};
