/** What stands where the address of an erased member's track stood: it names no track, and leads nowhere. */
export const ERASED_TRACK_URL = "https://erased.invalid/";
