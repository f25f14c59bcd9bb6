import { leaked } from "./leaked-passwords.ts";

/** What no list of leaks has: this product's name and those of the services around it, and seasons with their years. */
const own = [
  ..."groundswell soundcloud spotify instagram tiktok".split(" ").flatMap((name) => [name, `${name}1`, `${name}123`]),
  ..."spring summer autumn winter sommer".split(" ").flatMap((season) => Array.from({ length: 21 }, (_, at) => `${season}${2015 + at}`)),
];

const common = new Set([...leaked.split(" "), ...own]);

/** One character over and over, or one short piece repeated. */
const repeats = /^(.{1,3})\1+$/u;

/** Whether a password in lower case is on the list, also with digits or marks put behind it, or is a repetition. */
export const isCommonPassword = (lower: string): boolean => {
  if (common.has(lower) || repeats.test(lower)) return true;
  const stem = lower.replace(/[\d!?.@#$%&*_-]{1,4}$/, "");
  return stem.length >= 8 && common.has(stem);
};
