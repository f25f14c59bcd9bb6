/** The form under which a name is the same: NFC, trimmed, runs of white space as one space, case folded. */
export const nameKey = (name: string): string => name.normalize("NFC").trim().replaceAll(/\s+/gu, " ").toLowerCase();

/** A named item as it is shown: without the form that its name is compared in. */
export const presentNamed = <T extends { readonly name_key: string }>({ name_key: _, ...shown }: T): Omit<T, "name_key"> => shown;

export const presentNamedPage = <T extends { readonly name_key: string }>({
  items,
  position,
}: {
  readonly items: readonly T[];
  readonly position?: unknown;
}) => ({
  items: items.map(presentNamed),
  position,
});
