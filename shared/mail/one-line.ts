/** A text of a user on one line: a line break in a name would be a second header of the mail, or a second paragraph. */
export const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .toWellFormed()
    .trim();
