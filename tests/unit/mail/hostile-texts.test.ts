import { describe, expect, it } from "vitest";
import * as systemTemplates from "../../../shared/identity/mail/templates.ts";
import { email } from "../../../shared/kernel/fields.ts";
import { type MailTemplate, type RenderedMail, renderMail } from "../../../shared/mail/render.ts";
import type { AutomationTemplate } from "../../../shared/soundcloud/mail/automation-template.ts";
import { requireAutomation } from "../../../shared/soundcloud/mail/check-template.ts";
import { defaultAutomations } from "../../../shared/soundcloud/mail/default-automations.ts";
import { Trigger, variablesOf } from "../../../shared/soundcloud/mail/trigger.ts";
import { testCtx } from "../../support/dynamo.ts";
import { atSize, figures } from "../../support/figures.ts";
import { headerInjections, hostileAddresses, hostileTexts } from "../../support/hostile-texts.ts";
import { INVISIBLE, everyPlace, harmDone } from "../../support/mail-harm.ts";
import { elementsOf, mailTree } from "../../support/mail-tree.ts";

type Values = Readonly<Record<string, string>>;
/** A mail with the fields that users fill, and how it is written. */
interface UserMail {
  readonly name: string;
  readonly fields: readonly string[];
  readonly write: (values: Values) => RenderedMail;
}

const HARMLESS = "Harmless";
const letter = { public_url: "https://app.example", token: "gst_abc-DEF_123" };
const { verifyEmailMail, accountExistsMail, resetPasswordMail, invitationMail } = systemTemplates;

/** By the names of what the module has, so that another mail does not compile until it is here. */
const system: Readonly<Record<keyof typeof systemTemplates, Omit<UserMail, "name">>> = {
  verifyEmailMail: { fields: [], write: () => verifyEmailMail(letter) },
  accountExistsMail: { fields: [], write: () => accountExistsMail(letter) },
  resetPasswordMail: { fields: [], write: () => resetPasswordMail(letter) },
  invitationMail: { fields: ["org", "inviter"], write: ({ org, inviter }) => invitationMail({ ...letter, org: org!, inviter }) },
};

const mailOf = (name: string, template: MailTemplate): UserMail => ({
  name,
  fields: Object.keys(template.variables),
  write: (values) => renderMail(template, values),
});

const automations = await Promise.all(
  Trigger.options.map(async (trigger) => {
    const template = everyPlace(variablesOf([trigger]));
    await requireAutomation({ ...template, trigger_events: [trigger] });
    return mailOf(trigger, template);
  }),
);
const defaults = defaultAutomations(testCtx())
  .flatMap(({ entity, item }) => (entity === "AutomationTemplate" && item.Put?.Item?.["body_html"] ? [item.Put.Item as AutomationTemplate] : []))
  .map((template) => mailOf(template.template_key, template));
const byHand = mailOf("sent by hand", everyPlace(["recipient_name", "artist_name", "track_title", "track_url", "news"]));

const mails: readonly UserMail[] = [...Object.entries(system).map(([name, mail]) => ({ name, ...mail })), ...defaults, ...automations, byHand];
const fields = mails.flatMap((mail) => mail.fields.map((field) => ({ mail, field })));

/** Judges what each text does to a mail when it stands in these fields. */
const judgeOf = ({ name, fields: all, write }: UserMail, hostile: readonly string[]) => {
  const written = (text: string): RenderedMail => write(Object.fromEntries(all.map((field) => [field, hostile.includes(field) ? text : "Other"])));
  const harmless = written(HARMLESS);
  return (text: string): string[] =>
    harmDone(harmless, written(text), [[HARMLESS, text]]).map((harm) => `${name}, ${hostile.join()}, ${JSON.stringify(text)}: ${harm}`);
};

describe("hostile texts in mails", () => {
  /** In `npm test` each field of a template meets some texts, and each text some fields. System mails, which cost little, meet all. */
  const every = atSize({ test: 47, soak: 1 });
  const textsFor = ({ name }: UserMail, n: number): readonly string[] =>
    name in system ? hostileTexts : hostileTexts.filter((_, at) => at % every === n % every);

  it(`leave the tree of ${mails.length} mails as it is, in each of ${fields.length} fields`, () => {
    expect(new Set(hostileTexts).size).toBeGreaterThanOrEqual(150);
    expect([defaults.length, automations.length]).toEqual([4, Trigger.options.length]);
    let written = 0;
    const harm = fields.flatMap(({ mail, field }, n) => {
      const texts = textsFor(mail, n);
      written += texts.length;
      return texts.flatMap(judgeOf(mail, [field]));
    });
    expect(harm).toEqual([]);
    figures("S20", {
      "hostile texts": hostileTexts.length,
      mails: mails.length,
      fields: fields.length,
      "mails written": written,
      "trees changed": harm.length,
    });
  });

  it("do so in all fields of a mail at once", () => {
    const harm = mails.flatMap((mail, n) => textsFor(mail, n).flatMap(judgeOf(mail, mail.fields)));
    expect(harm).toEqual([]);
  });

  it("that are addresses of scripts and documents never become a link", () => {
    const harm = hostileAddresses.flatMap(judgeOf(byHand, ["track_url"]));
    expect(harm).toEqual([]);
    const template = everyPlace(["track_url"]);
    const links = hostileAddresses.flatMap((track_url) =>
      elementsOf(mailTree(renderMail(template, { track_url }).html)).flatMap(({ attributes: { href } }) => href ?? []),
    );
    const followed = links.filter((href) => href !== "#");
    expect([links.length, followed]).toEqual([hostileAddresses.length, []]);
    figures("S20", { "hostile addresses": hostileAddresses.length, "in a link": followed.length });
  });

  it("are no address to write to, unless they are one in a single line", () => {
    const addresses = [
      ...hostileTexts,
      ...headerInjections.flatMap((text) => [`${text}@mail.example`, `a@mail.example${text.slice(1)}`, `${text}, a@mail.example`]),
    ];
    const taken = addresses.flatMap((address) => email.safeParse(address).data ?? []);
    const broken = taken.filter((address) => INVISIBLE.test(address) || /[<>,\s]/.test(address));
    expect(broken).toEqual([]);
    expect(email.safeParse("a@mail.example").success).toBe(true);
    figures("S20", { "hostile recipients": addresses.length, "taken with a line break": broken.length });
  });
});
