import { ACCOUNT, REGION } from "../place.ts";
import { Refusal } from "../refusal.ts";
import type { Assembly, Resource, Stack, Value, Values } from "./read-assembly.ts";

/** What other resources see of a resource: the value of Ref, and of GetAtt by attribute. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Resolver {
  /** The resources of the stacks, without those whose condition is false. */
  readonly resources: readonly Resource[];
  ofType(...types: string[]): Resource[];
  identity(resource: Resource): Identity;
  /** The properties with every function evaluated. */
  properties<P>(resource: Resource): P;
  resolve(value: Value, stack: string): Value;
}

/** Stands for a property that is not there: Ref of AWS::NoValue. */
const absent = Symbol("AWS::NoValue");
type Found = Value | typeof absent;

const pseudo: Readonly<Record<string, Found>> = {
  "AWS::Region": REGION,
  "AWS::AccountId": ACCOUNT,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::NotificationARNs": [],
  "AWS::NoValue": absent,
};

const text = (value: Found): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Refusal(
    `A template has ${JSON.stringify(value)} where a text is needed.`,
    "It can be neither joined nor substituted.",
    "Correct the construct that made it.",
  );
};

const isTrue = (value: Found): boolean => value === true || value === "true";

/**
 * Evaluates templates for this machine. `identify` gives a resource its physical name and ARN from its own properties;
 * it is asked once per resource, on first use, so that the order of resources does not matter. Throws a Refusal for a
 * function or reference that it does not know.
 */
export const resolver = (assembly: Assembly, identify: (resource: Resource, properties: Values) => Identity): Resolver => {
  const identities = new Map<Resource, Identity | "asked">();

  const stackNamed = (name: string): Stack => {
    const stack = assembly.stacks.get(name);
    if (!stack) throw new Refusal(`A template refers to the stack ${name}.`, "It is not among the synthesized stacks.", "Synthesize all stacks together.");
    return stack;
  };

  const identity = (resource: Resource): Identity => {
    const known = identities.get(resource);
    if (known === "asked")
      throw new Refusal(
        `The resource ${resource.stack}.${resource.id} needs its own name to find its name.`,
        "Its properties refer to itself in a circle.",
        "Correct the construct.",
      );
    if (known) return known;
    identities.set(resource, "asked");
    const made = identify(resource, resource.properties);
    identities.set(resource, made);
    return made;
  };

  const referenced = (id: string, stack: Stack): Resource => {
    const resource = stack.resources.get(id);
    if (!resource) throw new Refusal(`The template ${stack.name} refers to ${id}.`, "It has no such resource or parameter.", "Synthesize the templates again.");
    return resource;
  };

  const ref = (name: string, stack: Stack): Found => {
    if (name === "AWS::StackName") return stack.name;
    if (name === "AWS::StackId") return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack.name}/local`;
    if (Object.hasOwn(pseudo, name)) return pseudo[name]!;
    const parameter = stack.parameters[name];
    if (parameter) return parameter.Default ?? "";
    return identity(referenced(name, stack)).ref;
  };

  const attribute = (id: string, name: string, stack: Stack): string => {
    const resource = referenced(id, stack);
    const found = identity(resource).attributes[name];
    if (found === undefined)
      throw new Refusal(
        `The template ${stack.name} uses the attribute ${name} of ${id}.`,
        `The local cloud gives a ${resource.type} no such attribute.`,
        "Add it in infra/local/assembly/identify.ts.",
      );
    return found;
  };

  const substitute = (argument: Value, stack: Stack): string => {
    const [template, variables] = Array.isArray(argument) ? (argument as [string, Values]) : [argument as string, {} as Values];
    return template.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return text(evaluate(variables[name]!, stack));
      const [id, ...path] = name.split(".");
      return path.length > 0 ? attribute(id!, path.join("."), stack) : text(ref(name, stack));
    });
  };

  const exported = (name: string): Value => {
    for (const stack of assembly.stacks.values())
      for (const output of Object.values(stack.outputs))
        if (output.Export && evaluate(output.Export.Name, stack) === name) return evaluate(output.Value, stack) as Value;
    throw new Refusal(`A template imports ${name}.`, "No stack exports it.", "Synthesize all stacks together.");
  };

  const stackOutput = (argument: Values, stack: Stack): Found => {
    const of = stackNamed(text(evaluate(argument["StackName"]!, stack)));
    const output = of.outputs[text(argument["OutputName"]!)];
    if (!output)
      throw new Refusal(
        `A template uses the output ${text(argument["OutputName"]!)} of ${of.name}.`,
        "The stack has no such output.",
        "Synthesize the templates again.",
      );
    return evaluate(output.Value, of);
  };

  const condition = (name: string, stack: Stack): boolean => {
    const rule = stack.conditions[name];
    if (rule === undefined)
      throw new Refusal(`The template ${stack.name} uses the condition ${name}.`, "It declares no such condition.", "Synthesize the templates again.");
    return isTrue(evaluate(rule, stack));
  };

  const list = (value: Value, stack: Stack): readonly Value[] => {
    const found = evaluate(value, stack);
    return Array.isArray(found) ? found : typeof found === "string" ? found.split(",") : [];
  };

  const functions: Readonly<Record<string, (argument: never, stack: Stack) => Found>> = {
    Ref: (name: string, stack) => ref(name, stack),
    Condition: (name: string, stack) => condition(name, stack),
    "Fn::GetAtt": (path: string | readonly [string, string], stack) => {
      const [id, ...rest] = typeof path === "string" ? path.split(".") : path;
      return attribute(id ?? "", rest.join("."), stack);
    },
    "Fn::Join": ([separator, parts]: [string, Value], stack) => list(parts, stack).map(text).join(separator),
    "Fn::Select": ([index, parts]: [Value, Value], stack) => list(parts, stack)[Number(evaluate(index, stack))] ?? "",
    "Fn::Split": ([separator, whole]: [string, Value], stack) => text(evaluate(whole, stack)).split(separator),
    "Fn::Sub": (argument: Value, stack) => substitute(argument, stack),
    "Fn::ImportValue": (name: Value, stack) => exported(text(evaluate(name, stack))),
    "Fn::GetStackOutput": (argument: Values, stack) => stackOutput(argument, stack),
    "Fn::FindInMap": ([map, key, field]: [Value, Value, Value], stack) =>
      stack.mappings[text(evaluate(map, stack))]?.[text(evaluate(key, stack))]?.[text(evaluate(field, stack))] ?? "",
    "Fn::If": ([name, yes, no]: [string, Value, Value], stack) => evaluate(condition(name, stack) ? yes : no, stack),
    "Fn::Equals": ([a, b]: [Value, Value], stack) => text(evaluate(a, stack)) === text(evaluate(b, stack)),
    "Fn::And": (parts: readonly Value[], stack) => parts.every((part) => isTrue(evaluate(part, stack))),
    "Fn::Or": (parts: readonly Value[], stack) => parts.some((part) => isTrue(evaluate(part, stack))),
    "Fn::Not": ([part]: [Value], stack) => !isTrue(evaluate(part, stack)),
    "Fn::Base64": (value: Value, stack) => Buffer.from(text(evaluate(value, stack))).toString("base64"),
    "Fn::GetAZs": () => [`${REGION}a`],
    "Fn::ToJsonString": (value: Value, stack) => JSON.stringify(evaluate(value, stack)),
  };

  const evaluate = (value: Value, stack: Stack): Found => {
    if (Array.isArray(value)) return (value as readonly Value[]).map((item) => evaluate(item, stack)).filter((item) => item !== absent);
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value as Values);
    const [name, argument] = entries[0] ?? ["", null];
    if (entries.length === 1 && Object.hasOwn(functions, name) && (name !== "Condition" || typeof argument === "string"))
      return functions[name]!(argument as never, stack);
    if (name.startsWith("Fn::"))
      throw new Refusal(
        `The template ${stack.name} uses ${name}.`,
        "The local cloud does not evaluate this function.",
        "Add it in infra/local/assembly/resolve.ts.",
      );
    return Object.fromEntries(
      entries.map(([key, item]) => [key, evaluate(item, stack)] as const).filter((entry): entry is [string, Value] => entry[1] !== absent),
    );
  };

  const resources = [...assembly.stacks.values()].flatMap((stack) =>
    [...stack.resources.values()].filter((resource) => resource.condition === undefined || condition(resource.condition, stack)),
  );
  return {
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    identity,
    properties: <P>(resource: Resource) => evaluate(resource.properties, stackNamed(resource.stack)) as P,
    resolve: (value, stack) => {
      const found = evaluate(value, stackNamed(stack));
      return found === absent ? null : found;
    },
  };
};
