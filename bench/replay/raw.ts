import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { boundedCalls } from "../../shared/kernel/aws-client.ts";
import { commands } from "../../shared/kernel/table/sdk.ts";
import { dynamoClient, makeTable } from "../../tests/support/dynamo.ts";
import type { Table } from "../../shared/kernel/table/table.ts";
import type { Send } from "./recording.ts";

type Names = Readonly<Record<string, string>>;

/** The same request on other tables. */
const onTables = (value: any, names: Names): any => {
  if (Array.isArray(value)) return value.map((one) => onTables(one, names));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).map(([key, one]) => [names[key] ?? key, key === "TableName" ? (names[one as string] ?? one) : onTables(one, names)]);
  return Object.fromEntries(entries);
};

/** The document client and nothing else, on fresh tables of the same shape: `names` are the physical names of the recording. */
export const rawClient = async (
  tables: readonly Table[],
  names: Readonly<Record<string, string>>,
): Promise<{ send: Send; translate: (input: unknown) => unknown }> => {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...boundedCalls, ...dynamoClient() }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const fresh: Record<string, string> = {};
  for (const table of tables) fresh[names[table.id]!] = await makeTable(table);
  return {
    send: (op, input) => documents.send(new commands[op](input as never) as never),
    translate: (input) => onTables(input, fresh),
  };
};
