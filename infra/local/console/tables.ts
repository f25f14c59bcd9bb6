import { DescribeTableCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "../provision/tables.ts";
import { type Html, html } from "./html.ts";
import { dataTable, json, notFoundPage, sendPage } from "./page.ts";
import type { Visit } from "./visit.ts";

const SHOWN = 50;
/** Counting reads every item, so it ends here. */
const COUNTED = 50_000;
/** The attribute that names an item's entity. */
const ENTITY = "_t";

export const tablesPage = async ({ response, console }: Visit): Promise<void> => {
  const counts = await Promise.all(
    console.tables.map(async ({ name }) => (await console.db.send(new DescribeTableCommand({ TableName: name }))).Table?.ItemCount ?? 0),
  );
  const rows = console.tables.map((table, at) => [
    html`<a href="/console/tables/${encodeURIComponent(table.name)}">${table.name}</a>`,
    counts[at],
    table.indexes.map(({ name }) => name).join(", ") || "–",
    table.stream_arn ? "yes" : "no",
  ]);
  sendPage(
    response,
    "/console/tables",
    "Tables",
    dataTable("Tables", [{ name: "Table" }, { name: "Items", number: true }, { name: "Indexes" }, { name: "Stream" }], rows, "The templates have no tables."),
  );
};

const countByEntity = async ({ console }: Visit, table: Table): Promise<{ counts: Map<string, number>; complete: boolean }> => {
  const counts = new Map<string, number>();
  let from: Record<string, never> | undefined;
  let read = 0;
  do {
    const page = await console.db.send(
      new ScanCommand({
        TableName: table.name,
        ProjectionExpression: "#t",
        ExpressionAttributeNames: { "#t": ENTITY },
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    );
    for (const item of page.Items ?? []) {
      const entity = item[ENTITY]?.S ?? "without a name";
      counts.set(entity, (counts.get(entity) ?? 0) + 1);
    }
    read += page.Items?.length ?? 0;
    from = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (from && read < COUNTED);
  return { counts, complete: from === undefined };
};

/** By partition key alone: the console shows items as the application finds them, and never reads a whole table to show some. */
const queryItems = async ({ console }: Visit, table: Table, index: string, key: string): Promise<unknown[]> => {
  const used = table.indexes.find(({ name }) => name === index);
  const { Items = [] } = await DynamoDBDocumentClient.from(console.db).send(
    new QueryCommand({
      TableName: table.name,
      ...(used ? { IndexName: used.name } : {}),
      KeyConditionExpression: "#key = :key",
      ExpressionAttributeNames: { "#key": (used?.key ?? table.key)[0]! },
      ExpressionAttributeValues: { ":key": key },
      Limit: SHOWN,
    }),
  );
  return Items;
};

const lookUpForm = (table: Table, index: string, key: string): Html =>
  html`<form class="inline" method="get">
    <label
      >Index<select name="index">
        <option value="">the table</option>
        ${table.indexes.map(({ name }) => html`<option${name === index ? html` selected` : ""}>${name}</option>`)}
      </select></label
    >
    <label>Partition key<input name="key" value="${key}" required /></label>
    <button>Look up</button>
  </form>`;

/** One table: how many items of each entity, and a look-up by partition key. */
export const tablePage = async (visit: Visit): Promise<void> => {
  const { response, name, query, console } = visit;
  const table = console.tables.find((one) => one.name === name);
  if (!table) return notFoundPage(response);
  const [index, key] = [query.get("index") ?? "", query.get("key") ?? ""];
  const { counts, complete } = await countByEntity(visit, table);
  const items = key === "" ? undefined : await queryItems(visit, table, index, key);
  const rows = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([entity, count]) => [entity, count]);
  sendPage(
    response,
    "/console/tables",
    name,
    html`<h2>Look up</h2>
      ${lookUpForm(table, index, key)}
      ${
        items === undefined
          ? ""
          : html`<p class="quiet" role="status">${items.length} items${items.length === SHOWN ? " (there may be more)" : ""}.</p>
              ${items.map(json)}`
      }
      <h2>Items by entity</h2>
      ${complete ? "" : html`<p class="quiet">Of the first ${COUNTED} items.</p>`}
      ${dataTable("Items by entity", [{ name: "Entity" }, { name: "Items", number: true }], rows, "The table is empty.")}`,
  );
};
