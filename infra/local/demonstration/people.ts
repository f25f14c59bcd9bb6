import { type Client, until } from "./client.ts";

/** The part of a sandbox mail that the demonstration reads. */
export interface SentMail {
  readonly to: readonly string[] | string;
  readonly text?: string;
  readonly html?: string;
}

export interface Account {
  readonly email: string;
  readonly password: string;
  readonly full_name: string;
}

const tokenIn = (mail: SentMail): string | undefined => /gst_[\w-]{20,}/.exec(`${mail.text ?? ""}\n${mail.html ?? ""}`)?.[0];

const signIn = (client: Client, { email, password }: Account): Promise<{ access_token: string; user_id: string }> =>
  client.post("/identity/auth/sign-in", { email, password });

/** Signs a person up, reads the mail, verifies the address and signs in; somebody who has done that before just signs in. */
export const signUp = async (
  client: Client,
  account: Account,
  mails: () => Promise<readonly SentMail[]>,
): Promise<{ access_token: string; user_id: string }> => {
  const { email, password, full_name } = account;
  await client.post("/identity/auth/sign-up", { email, password, full_name });
  const known = await signIn(client, account).catch(() => undefined);
  if (known) return known;
  const token = await until(`the mail to ${email}`, async () => {
    const mail = (await mails()).findLast((one) => [one.to].flat().includes(email) && tokenIn(one) !== undefined);
    return mail && tokenIn(mail);
  });
  await client.post("/identity/auth/verify-email", { token });
  return signIn(client, account);
};
