import { hashPassword, needsRehash, verifyPassword } from "../../kernel/crypto/password.ts";

/** The costly part of signing in, as a port: tests count its calls. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** The same work and `false` where there is no stored hash. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  needsRehash(stored: string): boolean;
}

export const openPasswords = (): Passwords => ({ hash: hashPassword, verify: verifyPassword, needsRehash });
