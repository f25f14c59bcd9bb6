/** An attribute's value in DynamoDB's own notation, as errors and stream records carry it. */
export interface Notated {
  readonly M?: Readonly<Record<string, Notated>> | undefined;
  readonly L?: readonly Notated[] | undefined;
  readonly N?: string | undefined;
  readonly NULL?: boolean | undefined;
  readonly S?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly B?: unknown;
}

/** The stored attributes that an image notates. */
export const plainImage = (image: Readonly<Record<string, Notated>>): Record<string, any> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plain(value)]));

const plain = (value: Notated): unknown => {
  if (value.M) return plainImage(value.M);
  if (value.L) return value.L.map(plain);
  if (value.N !== undefined) return Number(value.N);
  if (value.NULL) return null;
  return value.S ?? value.BOOL ?? value.B;
};
