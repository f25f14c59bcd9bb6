/** One account's repost of one track. `seq` ascends with time and is the cursor of the list. */
export interface Repost {
  readonly seq: number;
  readonly track_urn: string;
  readonly user_urn: string;
}

export interface Reposts {
  /** Nothing changes if it is there already. */
  add(track_urn: string, user_urn: string): void;
  /** False when it was not there. */
  remove(track_urn: string, user_urn: string): boolean;
  /** Newest first, older than `before`. */
  of(track_urn: string, before?: number): Repost[];
}

export const reposts = (state: Repost[], changed: () => void): Reposts => {
  let last = state.at(-1)?.seq ?? 0;
  const find = (track_urn: string, user_urn: string): number => state.findIndex((r) => r.track_urn === track_urn && r.user_urn === user_urn);
  return {
    add: (track_urn, user_urn) => {
      if (find(track_urn, user_urn) >= 0) return;
      state.push({ seq: ++last, track_urn, user_urn });
      changed();
    },
    remove: (track_urn, user_urn) => {
      const at = find(track_urn, user_urn);
      if (at < 0) return false;
      state.splice(at, 1);
      changed();
      return true;
    },
    of: (track_urn, before = Infinity) => state.filter((r) => r.track_urn === track_urn && r.seq < before).toReversed(),
  };
};
