import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { filesBelow, root } from "../matrix/operations.ts";

export type Schema = Readonly<Record<string, any>>;

export interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
}
export interface Documented {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, Content>>;
}

/** One operation as a reader of the API reference knows it, and nothing that only the code knows. */
export interface DocumentedOperation {
  /** `soundcloud.createClient`, as the declaration is named. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly secured: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: Content | undefined;
  readonly responses: Readonly<Record<string, Documented>>;
  readonly reference: Reference;
}

/** The API reference of a platform: its schemas resolve and judge. */
export interface Reference {
  readonly operations: readonly DocumentedOperation[];
  /** The schema itself, also where the document only points at it. */
  resolve(schema: Schema): Schema;
  /** Undefined when the schema accepts the value, else what it says against it. */
  against(schema: Schema, value: unknown): string | undefined;
}

// Most validators judge a few values: to make them shorter takes longer than they run.
const code = { optimize: false };
const formats = { uri: (text: string) => URL.canParse(text) };
const ajv = new Ajv2020({ strict: false, allErrors: false, formats, validateFormats: true, logger: false, code });

const read = (file: string): Reference => {
  // Each component has a name among the validators, so that all which point at it share its own.
  const base = `https://reference.invalid/${file}`;
  const document = JSON.parse(readFileSync(join(root, file), "utf8").replaceAll('"$ref": "#/', `"$ref": "${base}#/`)) as Record<string, any>;
  for (const [name, schema] of Object.entries<Schema>(document["components"]["schemas"] ?? {})) ajv.addSchema(schema, `${base}#/components/schemas/${name}`);
  const at = (pointer: string): any =>
    pointer
      .slice(base.length + 2)
      .split("/")
      .reduce((part: any, name) => part[name], document);
  const resolve = (schema: Schema): Schema => (typeof schema["$ref"] === "string" ? resolve(at(schema["$ref"])) : schema);
  const compiled = new WeakMap<Schema, ValidateFunction>();
  const validator = (schema: Schema): ValidateFunction => {
    const known = compiled.get(schema);
    if (known) return known;
    const made = ajv.compile(schema);
    compiled.set(schema, made);
    return made;
  };
  const reference: Reference = {
    resolve,
    against: (schema, value) => {
      const validate = validator(schema);
      return validate(value) ? undefined : ajv.errorsText(validate.errors);
    },
    get operations() {
      return operations;
    },
  };
  const operations = Object.entries<Record<string, any>>(document["paths"]).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, declared]): DocumentedOperation => {
      const responses = Object.entries<any>(declared.responses).map(([status, one]) => {
        const headers = Object.entries<Schema>(one.headers ?? {}).map(([name, header]) => [name.toLowerCase(), resolve(header)]);
        return [status, { ...one, headers: Object.fromEntries(headers) }];
      });
      return {
        id: declared.operationId.replace("_", "."),
        method: method.toUpperCase(),
        path,
        secured: declared.security.length > 0,
        parameters: declared.parameters ?? [],
        body: declared.requestBody?.content["application/json"],
        responses: Object.fromEntries(responses),
        reference,
      };
    }),
  );
  return reference;
};

const references = new Map<string, Reference>();

/** The reference in a file. It is read once: test files of one worker share the validators, and these know a name only once. */
const referenceOf = (file: string): Reference => {
  const known = references.get(file) ?? read(file);
  references.set(file, known);
  return known;
};

/** Every operation of every reference below docs/openapi. */
export const documentedOperations = (): DocumentedOperation[] =>
  filesBelow("docs/openapi")
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => referenceOf(file).operations);

const isName = (segment: string): boolean => /^\{\w+\}$/.test(segment);
const fits = (declared: string, path: string): boolean => {
  const [names, segments] = [declared.split("/"), path.split("/")];
  return names.length === segments.length && names.every((name, at) => name === segments[at] || (isName(name) && segments[at] !== ""));
};

/** The methods that the document knows on a path that is filled in, in order. */
export const methodsOn = (path: string, all: readonly DocumentedOperation[]): string[] =>
  [...new Set(all.filter((operation) => fits(operation.path, path)).map(({ method }) => method))].toSorted();
