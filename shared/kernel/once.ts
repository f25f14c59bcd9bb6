/** Makes a thing when it is first asked for, and then answers the same: a definition stays cheap at a cold start. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};
