import { createHmac, hash, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { Webhook } from "standardwebhooks";
import { sha256 } from "../crypto/tokens.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { Claim } from "../table/claim.ts";
import { rawBody } from "./body.ts";
import { type Bound, type Exchange, contextOf } from "./exchange.ts";
import type { Message, SignedPolicy } from "./route.ts";

const TOLERANCE_S = 300;
/** Longer than any sender repeats a message by itself or lets a person repeat it. */
const KEEP_S = 31 * 24 * 3600;
export const MESSAGE_ID = /^[\x21-\x2d\x2f-\x7e]{1,255}$/;
export const TIMESTAMP = /^[1-9]\d{0,11}$/;
const OrgId = z.uuid();

/**
 * Lets a signed message in: its signature is made over the bytes that arrived, with one of the sender's secrets, and where
 * the sender tells the time, at most five minutes from now. Throws DomainError `body_too_large`, or `bad_signature`, the same whatever is wrong: an org
 * that does not exist looks like one that holds no secret.
 */
export const verifySignature = async (exchange: Exchange, policy: SignedPolicy): Promise<void> => {
  const { bound, ctx, event } = exchange;
  const bytes = rawBody(event, bound!.route.max_body);
  const message =
    policy.headers === "x-hub" ? readHubMessage(event.headers, bytes, ctx.clock.now()) : readMessage(event.headers, policy.headers, ctx.clock.now());
  const org_id = policy.tenant === "path" ? OrgId.safeParse(event.pathParameters?.["org_id"]).data : undefined;
  if (!message || (policy.tenant === "path" && org_id === undefined)) throw badSignature();
  exchange.ctx = { ...ctx, actor: { kind: "service", name: policy.sender } };
  if (org_id !== undefined) exchange.org_id = org_id;
  exchange.grant = "all";
  const secrets = await secretsOf(bound!)(contextOf(exchange));
  if (!message.isSigned(bytes, secrets)) throw badSignature();
  exchange.message = { id: message.id, sent_at: message.at.toISOString() };
};

const secretsOf = ({ binding }: Bound) => (binding as { readonly secrets: (ctx: object) => Promise<readonly string[]> }).secrets;

const badSignature = (): DomainError =>
  new DomainError("unauthenticated", "bad_signature", "Sign the message as the route's description says, with the current secret and time.");

interface Signed {
  readonly id: string;
  readonly at: Date;
  readonly isSigned: (bytes: Buffer, secrets: readonly string[]) => boolean;
}

export const HUB_SIGNATURE = /^sha256=([0-9a-f]{64})$/;

/** The sender tells neither id nor time: the id is the digest of the bytes, and a message counts as sent when it arrives. */
const readHubMessage = (headers: Readonly<Record<string, string | undefined>>, body: Buffer, at: Date): Signed | undefined => {
  const given = HUB_SIGNATURE.exec(headers["x-hub-signature-256"] ?? "")?.[1];
  if (given === undefined) return undefined;
  const isSigned = (bytes: Buffer, secrets: readonly string[]): boolean =>
    secrets.some((secret) => timingSafeEqual(Buffer.from(given, "hex"), createHmac("sha256", secret).update(bytes).digest()));
  return { id: hash("sha256", body), at, isSigned };
};

/** Undefined when a header is missing or broken, or the time is too far from now. */
const readMessage = (
  headers: Readonly<Record<string, string | undefined>>,
  prefix: Exclude<SignedPolicy["headers"], "x-hub">,
  now: Date,
): Signed | undefined => {
  const [id, timestamp, signature] = ["id", "timestamp", "signature"].map((name) => headers[`${prefix}-${name}`] ?? "") as [string, string, string];
  if (!MESSAGE_ID.test(id) || !TIMESTAMP.test(timestamp)) return undefined;
  const seconds = Number(timestamp);
  if (Math.abs(seconds - Math.floor(now.getTime() / 1000)) > TOLERANCE_S) return undefined;
  const at = new Date(seconds * 1000);
  return { id, at, isSigned: (bytes, secrets) => isStandardSigned({ id, at, signatures: signature.split(" ") }, bytes, secrets) };
};

/** The library signs text: bytes that are no UTF-8 would be signed as something else, and are refused. */
const isStandardSigned = (
  { id, at, signatures }: { readonly id: string; readonly at: Date; readonly signatures: readonly string[] },
  bytes: Buffer,
  secrets: readonly string[],
): boolean => {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) return false;
  return secrets.some((secret) => {
    const expected = Buffer.from(new Webhook(secret).sign(id, at, text));
    return signatures.some((signature) => {
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  });
};

/**
 * Carries a message out once: the record of its id is stored in the use case's own transaction. A message that was
 * carried out before, or is at this moment, changes nothing.
 */
export const receiveOnce = async (exchange: Exchange, message: Message, run: (claim: Claim) => Promise<unknown>): Promise<void> => {
  const { bound, ctx, org_id, served } = exchange;
  const { sender } = bound!.route.policy as SignedPolicy;
  const key = { tenant: org_id ?? sender, hash: sha256(`webhook\n${sender}\n${message.id}`) };
  const isReceived = async (): Promise<boolean> => (await served.records.find(ctx, key, { consistent: true })) !== undefined;
  if (await isReceived()) return;
  try {
    await run(receipt(exchange, key));
  } catch (error) {
    // Of two deliveries at once the later one fails on what the earlier one has stored.
    if (isDomainError(error) && error.kind === "conflict" && (await isReceived())) return;
    throw error;
  }
};

const receipt = ({ served }: Exchange, key: { readonly tenant: string; readonly hash: string }): Claim => {
  let open = true;
  return {
    get open() {
      return open;
    },
    complete: (ctx) => {
      const now = ctx.clock.now();
      const seconds = Math.floor(now.getTime() / 1000);
      return served.records.writes.create(ctx, {
        ...key,
        request_hash: key.hash,
        seed: ctx.ids.uuid(),
        claimed_at: now.toISOString(),
        state: "done",
        lease_until: seconds,
        expires_at: seconds + KEEP_S,
      });
    },
    close: () => {
      open = false;
    },
  };
};
