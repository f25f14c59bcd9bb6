import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import type { Violation } from "../errors.ts";
import { isCommonPassword } from "./common-passwords.ts";

/** Argon2id with 19 MiB, two passes, one lane: the least that OWASP's password storage advice accepts. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MIN_LENGTH = 8;
const MAX_LENGTH = 128;
/** A stored text must not make us spend more than this. */
const MOST = { memory: 262_144, passes: 10, parallelism: 4 } as const;

interface Stored {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** One form for each text, however the keyboard composes its accents. */
const normal = (password: string): string => password.normalize("NFKC");

const derive = (password: string, salt: Buffer, cost: { memory: number; passes: number; parallelism: number }, length: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { memory, passes, parallelism } = cost;
    argon2("argon2id", { message: normal(password), nonce: salt, memory, passes, parallelism, tagLength: length }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

const text = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

const parse = (phc: string): Stored | undefined => {
  const [, m, t, p, salt, hash] = PHC.exec(phc) ?? [];
  if (!m || !t || !p || !salt || !hash) return undefined;
  const stored = { memory: Number(m), passes: Number(t), parallelism: Number(p), salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
  const within = stored.memory <= MOST.memory && stored.passes <= MOST.passes && stored.parallelism <= MOST.parallelism;
  return within ? stored : undefined;
};

/** The hash of a password as a PHC string, under a new salt. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST, HASH_BYTES);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(salt)}$${text(hash)}`;
};

const DUMMY_SALT = Buffer.alloc(SALT_BYTES, 1);

/**
 * Whether the password is the one of the stored hash. Without a stored hash (an unknown user) it does the same work
 * and says no, so that the time tells nothing.
 */
export const verifyPassword = async (password: string, phc: string | undefined): Promise<boolean> => {
  const stored = phc === undefined ? undefined : parse(phc);
  if (!stored) {
    await derive(password, DUMMY_SALT, COST, HASH_BYTES);
    return false;
  }
  const hash = await derive(password, stored.salt, stored, stored.hash.length);
  return timingSafeEqual(hash, stored.hash);
};

/** Whether the hash was made at another cost than today's; then hash the password anew at the next sign-in. */
export const needsRehash = (phc: string): boolean => {
  const stored = parse(phc);
  return (
    !stored || stored.memory !== COST.memory || stored.passes !== COST.passes || stored.parallelism !== COST.parallelism || stored.hash.length !== HASH_BYTES
  );
};

/** What is wrong with a chosen password: its length, or that many people use it, or that it is the user's own address. */
export const passwordViolations = (password: string, own: readonly string[] = [], pointer = "/password"): Violation[] => {
  const length = [...normal(password)].length;
  const found = (code: string, detail: string): Violation[] => [{ pointer, code, detail }];
  if (length < MIN_LENGTH) return found("too_short", `A password has at least ${MIN_LENGTH} characters; this one has ${length}. Choose a longer one.`);
  if (length > MAX_LENGTH) return found("too_long", `A password has at most ${MAX_LENGTH} characters; this one has ${length}. Choose a shorter one.`);
  const lower = normal(password).toLowerCase();
  if (own.some((mine) => mine.toLowerCase() === lower)) return found("guessable", "The password is your own name or address. Choose another.");
  if (isCommonPassword(lower)) return found("common", "Many people use this password, so it is tried first. Choose another.");
  return [];
};
