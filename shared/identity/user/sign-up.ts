import type { Ctx } from "../../kernel/context.ts";
import { passwordViolations } from "../../kernel/crypto/password.ts";
import { invalid, isDomainError } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { SignUpRepeated } from "../../../events/identity/sign-up-repeated.v1.ts";
import { UserSignedUp } from "../../../events/identity/user-signed-up.v1.ts";
import { takeMail } from "../mail/mail-window.ts";
import { Membership } from "../membership/membership.ts";
import { Org } from "../org/org.ts";
import { emitFor } from "../emit-for.ts";
import type { Passwords } from "../session/passwords.ts";
import { identity } from "../table.ts";
import { Credential } from "./credential.ts";
import { User } from "./user.ts";

type SignUpCtx = Ctx & { readonly passwords: Passwords };

export interface SignUp {
  readonly email: string;
  readonly password: string;
  readonly full_name?: string | undefined;
  readonly timezone?: string | undefined;
}

/**
 * Makes a person, their personal org and their ownership of it, all or nothing; a mail asks them to verify the address.
 * An address that has an account gets the same answer after the same work, and its owner a mail that says so.
 * Throws DomainError `invalid_request` for a password that is too short, too long, common or the address itself.
 */
export const signUp = async (ctx: SignUpCtx, given: SignUp): Promise<void> => {
  const violations = passwordViolations(given.password, [given.email, ...(given.full_name ? [given.full_name] : [])]);
  if (violations.length > 0) throw invalid(violations);
  await takeMail(ctx, given.email);
  const [known, password_hash] = [await Credential.find(ctx, given, { consistent: true }), await ctx.passwords.hash(given.password)];
  if (known) return tellOwner(ctx, known);
  try {
    await createAccount(ctx, given, password_hash);
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    await tellOwner(ctx, await Credential.get(ctx, given, { consistent: true }));
  }
};

const createAccount = async (ctx: Ctx, { email, full_name, timezone }: SignUp, password_hash: string): Promise<void> => {
  const [user_id, org_id] = [ctx.ids.uuid(), ctx.ids.uuid()];
  const password_changed_at = ctx.clock.now().toISOString();
  const writes = [
    ...Credential.writes.create(ctx, { email, user_id, personal_org_id: org_id, password_hash, password_changed_at }),
    ...User.writes.create(ctx, { id: user_id, email, full_name, ...(timezone ? { timezone } : {}), personal_org_id: org_id }),
    ...Org.writes.create(ctx, { id: org_id, name: full_name ?? "Personal", personal: true, owners: 1, members: 1 }),
    ...Membership.writes.create(ctx, { org_id, user_id, org_role: "owner" }),
    ...emitFor(ctx, org_id, UserSignedUp, { user_id }),
  ];
  await transact(ctx, identity, writes, { pattern: "users.signUp" });
};

const tellOwner = async (ctx: Ctx, { user_id, personal_org_id }: Credential): Promise<void> => {
  await transact(ctx, identity, emitFor(ctx, personal_org_id, SignUpRepeated, { user_id }), { pattern: "users.signUp" });
};
