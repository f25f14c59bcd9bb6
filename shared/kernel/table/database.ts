export type Op = "Get" | "Put" | "Update" | "Delete" | "Query" | "BatchGet" | "BatchWrite" | "TransactWrite";

/** What one request of a named access pattern consumed. `index` is "table" for the table itself; units are read and write request units. */
export interface Use {
  readonly pattern: string;
  readonly op: Op;
  /** Table id, not the physical name. */
  readonly table: string;
  readonly index: string;
  readonly items: number;
  readonly scanned: number;
  readonly read: number;
  readonly write: number;
  readonly by_index: Readonly<Record<string, number>>;
  readonly attempts: number;
}

/** The one way to DynamoDB. Inputs and replies are those of the document client's commands; `sdk.ts` has the real one. */
export interface Database {
  /** The physical name of a table id; an unknown id is a fault of the deployment and throws. */
  physical(tableId: string): string;
  /** One request of a named access pattern. A failed condition's error carries the stored item, unmarshalled, where the request asked for it. */
  send(op: Op, pattern: string, input: any): Promise<any>;
}
