/** A topic's words: what stands between signs, punctuation and spaces. */
export const tokensOf = (topic: string): string[] => topic.split(/[^\p{L}\p{M}\p{N}]+/u).filter((token) => token !== "");

/** From 0 to 100: 100 for a topic of the lexicon, else the share of its words that are in it, half rounded up. README, Trends. */
export const relevanceOf = (topic: string, lexicon: ReadonlySet<string>): number => {
  if (lexicon.has(topic)) return 100;
  const tokens = tokensOf(topic);
  const known = tokens.filter((token) => lexicon.has(token)).length;
  return tokens.length === 0 ? 0 : Math.floor((200 * known + tokens.length) / (2 * tokens.length));
};
