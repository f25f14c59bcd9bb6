import { type Violation, unprocessable } from "../../kernel/errors.ts";
import type { MailTemplate, Values } from "../../mail/render.ts";
import { renderer } from "../../mail/renderer.ts";
import { type Trigger, variablesOf } from "./trigger.ts";

const refuse = (faults: readonly Violation[]): void => {
  if (faults.length > 0) throw unprocessable("template_invalid", faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(" "), faults);
};

/** Throws DomainError `template_invalid` with everything that would keep the template from being rendered. */
export const requireTemplate = async (template: MailTemplate): Promise<void> => refuse((await renderer()).faultsIn(template));

const notGiven = (name: string, given: readonly string[]): Violation => ({
  pointer: `/variables/${name}`,
  code: "not_provided",
  detail: `Not all of trigger_events give "${name}"; they give ${given.join(", ")}.`,
});

/** As `requireTemplate`, and what it declares must be given by every one of its triggers, so that no mail fails for it later. */
export const requireAutomation = async (template: MailTemplate & { readonly trigger_events: readonly Trigger[] }): Promise<void> => {
  const given = variablesOf(template.trigger_events);
  const missing = template.trigger_events.length === 0 ? [] : Object.keys(template.variables).filter((name) => !given.includes(name));
  const { faultsIn } = await renderer();
  refuse([...faultsIn(template), ...missing.map((name) => notGiven(name, given))]);
};

/** Throws DomainError `unknown_variables` with every value that the template does not declare. */
export const requireDeclared = (template: MailTemplate, values: Values): void => {
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(template.variables, name));
  if (unknown.length > 0)
    throw unprocessable(
      "unknown_variables",
      `The template does not declare ${unknown.join(", ")}.`,
      unknown.map((name) => ({ pointer: `/variables/${name}`, code: "unknown_variable", detail: `The template does not declare "${name}".` })),
    );
};
