import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** How answers are altered on their way. */
export type Tampering = "answers with addresses" | "redirects";

export interface Tampered {
  readonly url: string;
  /** Each request with its body, as it came. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export interface Tamper {
  readonly how: () => Tampering | undefined;
  /** The next hostile address. */
  readonly next: () => string;
  /** A field of an answer is given such an address. */
  readonly note: (field: string) => void;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const ADDRESS = /^https?:\/\//;
/** Where services name what comes next. */
const NEXT = ["next_href", "next", "next_page_url", "location", "url"];

/** What a header can carry of an address. */
const inHeader = (address: string): string => address.replaceAll(/[^\x20-\x7e]/g, "");

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  return text;
};

/** A server in front of a service: requests reach the service, and answers come back with addresses that were put into them. */
export const tamperedService = async (name: string, behind: string, { how, next, note }: Tamper): Promise<Tampered> => {
  const asked: string[] = [];
  let redirects = 0;

  /** Every address in an answer becomes a hostile one. */
  const altered = (value: unknown, field: string): unknown => {
    if (typeof value === "string" && ADDRESS.test(value)) {
      note(`${name} ${field}`);
      return next();
    }
    if (Array.isArray(value)) return value.map((part) => altered(part, field));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, altered(part, `${field}/${key}`)]));
  };
  /** An answer names what comes next, whether the service does or not. */
  const continued = (body: object): object => {
    const added = Object.fromEntries(NEXT.map((key) => [key, next()]));
    for (const key of NEXT) note(`${name} /${key}`);
    note(`${name} /paging/next`);
    return { ...added, ...(altered(body, "") as object), next_href: added["next_href"], paging: { next: next() } };
  };

  const pass = async (incoming: IncomingMessage, response: ServerResponse, text: string): Promise<void> => {
    const { host: _, connection: __, "content-length": ___, "transfer-encoding": ____, ...headers } = incoming.headers;
    const method = incoming.method!;
    const answer = await fetch(`${behind}${incoming.url}`, {
      method,
      redirect: "manual",
      headers: headers as Record<string, string>,
      ...(text === "" ? {} : { body: text }),
    });
    const own = `http://${incoming.headers.host}`;
    const body = (await answer.text()).replaceAll(behind, own);
    const type = answer.headers.get("content-type") ?? "text/plain";
    const location = answer.headers.get("location")?.replaceAll(behind, own);
    const isJson = type.startsWith("application/json") && body !== "";
    const parsed: unknown = isJson ? JSON.parse(body) : undefined;
    const isAltered = how() === "answers with addresses" && answer.ok && typeof parsed === "object" && parsed !== null;
    const altering = isAltered ? (Array.isArray(parsed) ? altered(parsed, "") : continued(parsed)) : undefined;
    const links = isAltered ? { link: `<${inHeader(next())}>; rel="next"`, refresh: `0; url=${inHeader(next())}` } : {};
    response.writeHead(answer.status, { "content-type": type, ...(location ? { location } : {}), ...links }).end(isAltered ? JSON.stringify(altering) : body);
  };

  const server = createServer((incoming, response) => {
    const answer = async (): Promise<void> => {
      const text = await textOf(incoming);
      asked.push(`${incoming.method} ${incoming.url} ${text}`);
      // Without a token of the service nothing else is asked.
      if (how() !== "redirects" || incoming.url === "/oauth/token") return pass(incoming, response, text);
      const location = next();
      note(`${name} location of a redirect`);
      response
        .writeHead(REDIRECTS[(redirects += 1) % REDIRECTS.length]!, { "content-type": "application/json", location: inHeader(location) })
        .end(JSON.stringify({ location }));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((started) => server.listen(0, "127.0.0.1", started));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};
