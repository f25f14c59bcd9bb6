/** A named list of an export. */
export type Section = readonly [name: string, records: AsyncIterable<object>];

const indented = (value: unknown, depth: number): string => JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(depth)}`);

/**
 * One JSON document, written piece by piece: `head`, then each section as a list. Indented, since a person is to read it,
 * which is also why it is not one record a line: whatever opens a text opens it, and any program reads it whole.
 */
export async function* jsonDocument(head: object, sections: readonly Section[]): AsyncGenerator<string> {
  yield indented(head, 0).slice(0, -2);
  for (const [name, items] of sections) {
    yield `,\n  ${JSON.stringify(name)}: [`;
    let first = true;
    for await (const item of items) {
      yield `${first ? "" : ","}\n    ${indented(item, 4)}`;
      first = false;
    }
    yield first ? "]" : "\n  ]";
  }
  yield "\n}\n";
}
