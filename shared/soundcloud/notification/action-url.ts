import * as z from "zod";

/** Pages elsewhere that a notification may lead to. */
const HOSTS: ReadonlySet<string> = new Set(["soundcloud.com", "www.soundcloud.com", "m.soundcloud.com", "on.soundcloud.com"]);
const HERE = "https://here.invalid";

/** A path below the agency's own pages, or an https address of a known host; decided by the parsed address. */
export const isActionUrl = (text: string): boolean => {
  if (/^\/(?![/\\])/.test(text)) return URL.parse(text, HERE)?.origin === HERE;
  const url = URL.parse(text);
  return url !== null && url.protocol === "https:" && HOSTS.has(url.hostname) && [url.username, url.password, url.port].every((part) => part === "");
};

export const actionUrl = z
  .string()
  .max(2000)
  .refine(isActionUrl, `is a path that begins with one slash, or an https address on ${[...HOSTS].join(", ")}`)
  .meta({ example: "/submissions/0199b1f0-7c00-7000-8000-000000000001" });
