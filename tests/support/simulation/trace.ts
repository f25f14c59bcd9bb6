import { createHash } from "node:crypto";
import type { Op } from "../../../shared/kernel/table/database.ts";

const CHUNK = 1 << 16;

/** What a call names: its keys, or the partition and the place where a query goes on. */
const namedBy = (op: Op, input: any): string => {
  const text = ({ pk, sk }: { pk: string; sk: string }): string => `${pk}|${sk}`;
  const write = ({ Item, Key }: any): string => text(Item ?? Key);
  switch (op) {
    case "TransactWrite":
      return input.TransactItems.map((item: any) => write(item.Put ?? item.Update ?? item.Delete ?? item.ConditionCheck)).join();
    case "Query":
      return `${input.IndexName} ${Object.values(input.ExpressionAttributeValues).join("|")} ${Object.values(input.ExclusiveStartKey ?? {}).join("|")}`;
    case "BatchGet":
      return Object.values<any>(input.RequestItems)
        .flatMap(({ Keys }) => Keys.map(text))
        .join();
    case "BatchWrite":
      return Object.values<any>(input.RequestItems)
        .flatMap((requests) => requests.map(({ PutRequest, DeleteRequest }: any) => write(PutRequest ?? DeleteRequest)))
        .join();
    default:
      return write(input);
  }
};

/** Every call of a run, one line each, kept as a digest. */
export const traceOf = () => {
  const hash = createHash("sha256");
  let text = "";
  let calls = 0;
  return {
    add: (now: number, lane: number, op: Op, pattern: string, input: unknown, outcome: string, fault: string | undefined): void => {
      calls += 1;
      text += `${now} ${lane} ${op} ${pattern} ${namedBy(op, input)} ${outcome} ${fault}\n`;
      if (text.length > CHUNK) {
        hash.update(text);
        text = "";
      }
    },
    get calls() {
      return calls;
    },
    digest: (): string => hash.update(text).digest("hex"),
  };
};
