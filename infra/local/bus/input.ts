/** How a target's input is made from an event; at most one of the three is set. */
export interface InputRule {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
}

/** `$.detail.id` and `$.detail.items[0]` of an event; undefined when it is not there. */
const at = (path: string, event: unknown): unknown => {
  const steps = path
    .replace(/^\$\.?/, "")
    .split(/[.[\]]+/)
    .filter((step) => step !== "");
  return steps.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined), event);
};

const insideText = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value ?? null).replaceAll('"', '\\"');
const asValue = (value: unknown): string => JSON.stringify(value ?? null);

/** Whether the character at `end` of a JSON template stands inside a quoted text. */
const isInsideText = (template: string, end: number): boolean => {
  let inside = false;
  for (let at = 0; at < end; at += 1) {
    if (inside && template[at] === "\\") at += 1;
    else if (template[at] === '"') inside = !inside;
  }
  return inside;
};

const transformed = ({ InputPathsMap = {}, InputTemplate }: NonNullable<InputRule["InputTransformer"]>, event: unknown): unknown => {
  const filled = InputTemplate.replaceAll(/<([^<>\s]+)>/g, (whole, name: string, offset: number) => {
    const value =
      name === "aws.events.event" || name === "aws.events.event.json"
        ? event
        : Object.hasOwn(InputPathsMap, name)
          ? at(InputPathsMap[name]!, event)
          : undefined;
    if (value === undefined && !Object.hasOwn(InputPathsMap, name)) return whole;
    return isInsideText(InputTemplate, offset) ? insideText(value) : asValue(value);
  });
  try {
    return JSON.parse(filled) as unknown;
  } catch {
    return filled;
  }
};

/** What the target gets: the event itself, a part of it, a constant, or a template filled from it. */
export const inputOf = (rule: InputRule, event: unknown): unknown => {
  if (rule.Input !== undefined) return JSON.parse(rule.Input) as unknown;
  if (rule.InputPath !== undefined) return at(rule.InputPath, event);
  return rule.InputTransformer ? transformed(rule.InputTransformer, event) : event;
};
