/** What every function reads of its environment. */
export interface Environment {
  /** Physical table names by table id, from the variables TABLE_<ID>. */
  readonly tables: Readonly<Record<string, string>>;
  /** One variable. Throws when it is missing or empty: a fault of the deployment. */
  get(name: string): string;
}

const TABLE = "TABLE_";

const missing = (name: string): Error =>
  new Error(`The environment variable ${name} is not set. Declare what needs it in the function's access, or set it where the function is deployed.`);

export const environment = (variables: Readonly<Record<string, string | undefined>> = process.env): Environment => ({
  tables: Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (name.startsWith(TABLE) && value ? [[name.slice(TABLE.length).toLowerCase(), value] as const] : [])),
  ),
  get: (name) => {
    const value = variables[name];
    if (!value) throw missing(name);
    return value;
  },
});
