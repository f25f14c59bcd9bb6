/** What an execution environment is made with. */
export interface EnvironmentSettings {
  readonly file: string;
  /** The name of the exported function. */
  readonly handler: string;
  readonly arn: string;
}

/** One invocation. Events and replies travel as JSON, as they do on AWS, so that nothing else can be handed over. */
export interface ToEnvironment {
  readonly request_id: string;
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

export type FromEnvironment =
  | { readonly kind: "ready" }
  | { readonly kind: "replied"; readonly reply: string }
  | { readonly kind: "failed"; readonly error_type: string; readonly message: string; readonly trace: readonly string[] };
