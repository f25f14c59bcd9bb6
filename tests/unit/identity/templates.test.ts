import { describe, expect, it } from "vitest";
import { accountExistsMail, invitationMail, resetPasswordMail, verifyEmailMail } from "../../../shared/identity/mail/templates.ts";

const letter = { public_url: "https://app.example", token: "gst_abc-DEF_123" };
const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=1>',
  "&lt;b&gt;",
  "Bcc: x@evil\r\nSubject: y",
  "visit https://evil.example now",
  "\u202Egnp.exe",
  "x\u2028Bcc: y",
  "'onmouseover='1",
];
const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

describe("mail templates", () => {
  it.each([
    [verifyEmailMail(letter), "verify-email"],
    [accountExistsMail(letter), "reset-password"],
    [resetPasswordMail(letter), "reset-password"],
    [invitationMail({ ...letter, org: "Night Shift", inviter: undefined }), "accept-invitation"],
  ])("carry the token once in the link, behind #, and once bare: %#", ({ text, html }, page) => {
    for (const body of [text, html]) {
      expect(body).toContain(`https://app.example/${page}#token=gst_abc-DEF_123`);
      expect(body.split(letter.token).length).toBe(3);
    }
  });

  it.each(hostile)("a name cannot change the shape of a mail: %s", (name) => {
    const [harmless, mail] = ["Night Shift", name].map((org) => invitationMail({ ...letter, org, inviter: org })) as [
      ReturnType<typeof invitationMail>,
      ReturnType<typeof invitationMail>,
    ];
    expect(tags(mail.html)).toEqual(tags(harmless.html));
    expect(mail.subject).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(mail.text.split("\n").length).toBe(harmless.text.split("\n").length);
    expect(mail.text.match(/https?:\/\//g)).toEqual(harmless.text.match(/https?:\/\//g));
  });
});
