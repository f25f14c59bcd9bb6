import type { Reply } from "./api-client.ts";

/** What users write that comes to stand in a mail, by the field that takes it, with something harmless for each. */
export const harmlessTexts = {
  name: "[name]",
  full_name: "[inviter]",
  artist_name: "[artist]",
  track_title: "[title]",
  track_name: "[song]",
  reason: "[reason]",
  notes: "[notes]",
  news: "[news]",
  email: "reader@harmless.example",
  track_url: "https://soundcloud.com/harmless/song",
  song_url: "https://harmless.example/complained",
  ip_tracking_url: "https://harmless.example/tracking",
} as const;
export type UserField = keyof typeof harmlessTexts;

export type Say = (field: UserField) => string;
/** Sends what `write` makes of the texts until the API takes it; returns what it answers. */
export type Store = (send: (body?: object) => Promise<Reply>, write?: (say: Say) => object) => Promise<any>;

/** From the boldest to the harmless one: where only addresses are taken, the text comes in one. */
const sayingsOf = (field: UserField, text: string): readonly string[] => {
  const harmless = harmlessTexts[field];
  if (text === harmless) return [harmless];
  if (field === "email") return [`reader@harmless.example${text}`, `${text}@harmless.example`, harmless];
  return field.endsWith("_url") ? [text, `${harmless}?about=${text}`, harmless] : [text, harmless];
};

const pathOf = (pointer: string): string[] => pointer.split("/").slice(1);
const partAt = (body: any, path: readonly string[]): unknown => path.reduce((part, name) => part[name], body);
const withPart = (body: any, [name, ...rest]: readonly string[], part: unknown): any => {
  if (name === undefined) return part;
  const inner = withPart(body[name], rest, part);
  return Array.isArray(body) ? body.with(Number(name), inner) : { ...body, [name]: inner };
};

/**
 * Stores a text of `textFor` in each field. In the place of what is refused it says something milder, at last something
 * harmless, and tells `refused` how many were. Throws where the API fails, or refuses what is harmless.
 */
export const storeWith =
  (textFor: (field: UserField) => string, refused: (fields: number) => void): Store =>
  async (send, write) => {
    const [boldest, milder, harmless] = [0, 1, 2].map((tries) =>
      write?.((field) => {
        const sayings = sayingsOf(field, textFor(field));
        return sayings[Math.min(tries, sayings.length - 1)]!;
      }),
    );
    const next = new Map<string, object[]>();
    for (let body = boldest; ;) {
      const reply = await send(body);
      if (reply.status < 300) return reply.body;
      const pointers = new Set(reply.status < 500 ? reply.problem.errors.map(({ pointer }) => pointer) : []);
      const after = [...pointers].map((pointer) => {
        const left = next.get(pointer) ?? [milder!, harmless!];
        next.set(pointer, left.slice(1));
        return { pointer, from: left[0] };
      });
      if (after.length === 0 || after.some(({ from }) => from === undefined))
        throw new Error(`${reply.status}, ${JSON.stringify(reply.problem)}, to ${JSON.stringify(body)}`);
      for (const { pointer, from } of after) body = withPart(body, pathOf(pointer), partAt(from, pathOf(pointer)));
      refused(after.length);
    }
  };
