import { DomainError } from "../kernel/errors.ts";

/** Refuses a client whose If-Match names another version than the stored one. Throws DomainError `stale`. */
export const currentVersion = (stored: { readonly version: number }, given: number): void => {
  if (stored.version !== given)
    throw new DomainError("stale", "stale", `The item has version ${stored.version}, not ${given}; read it again.`, {
      extra: { current_version: stored.version },
    });
};
