/** The form under which a name is the same: NFC, trimmed, runs of white space as one space, case folded. */
export const nameKey = (name: string): string => name.normalize("NFC").trim().replaceAll(/\s+/gu, " ").toLowerCase();
