import { type FaultReplies, edgePage } from "../faults.ts";
import { type SandboxReply, type SandboxServer, jsonOf, startServer } from "../server.ts";
import { stateFile } from "../state.ts";

const SECOND_MS = 1_000;
/** One message a second and webhook is promised; a short burst is let through. */
const BURST = 5;
const KEPT = 1_000;

export interface SlackSandboxOptions {
  readonly port?: number;
  readonly now?: (() => Date) | undefined;
  readonly state_file?: string | undefined;
  /** Messages that a webhook takes in one second; 5 unless told. */
  readonly burst?: number;
}

interface Message {
  readonly path: string;
  readonly text: string;
  readonly at: string;
}
interface State {
  messages: Message[];
  /** By path, the word that a webhook refuses everything with. */
  refusals: Record<string, string>;
}

/** Slack's words and the status that it sends each with. */
const STATUS: Readonly<Record<string, number>> = {
  invalid_payload: 400,
  no_text: 400,
  user_not_found: 400,
  action_prohibited: 403,
  invalid_token: 403,
  team_disabled: 403,
  channel_not_found: 404,
  no_service: 404,
  no_team: 404,
  channel_is_archived: 410,
  rollup_error: 500,
};
const refusal = (word: string): SandboxReply => ({ status: STATUS[word] ?? 400, body: word });
const limited: SandboxReply = { status: 429, headers: { "retry-after": "30" }, body: "rate_limited" };

/** Slack's incoming webhooks on this machine: texts in, `ok` or a word in plain text out. */
export const startSlackSandbox = async ({ port, now = () => new Date(), state_file, burst = BURST }: SlackSandboxOptions = {}): Promise<SandboxServer> => {
  const state: State = { messages: [], refusals: {} };
  const file = stateFile(state_file, () => state);
  Object.assign(state, file.saved);
  const seconds = new Map<string, { begun: number; used: number }>();
  const isFull = (path: string): boolean => {
    const begun = Math.floor(now().getTime() / SECOND_MS);
    const known = seconds.get(path);
    const used = (known?.begun === begun ? known.used : 0) + 1;
    seconds.set(path, { begun, used });
    return used > burst;
  };

  return startServer({
    port,
    state: file,
    routes: {
      "POST /services/{team}/{hook}/{token}": (request) => {
        const word = state.refusals[request.path];
        if (word !== undefined) return refusal(word);
        if (isFull(request.path)) return limited;
        const body = jsonOf(request);
        if (!body) return refusal("invalid_payload");
        const { text } = body;
        if (typeof text !== "string" || text === "") return refusal("no_text");
        state.messages = [...state.messages, { path: request.path, text, at: now().toISOString() }].slice(-KEPT);
        file.changed();
        return { status: 200, body: "ok" };
      },
    },
    controls: {
      "GET /sandbox/messages": () => ({ status: 200, body: { items: state.messages } }),
      /** `{ path, word? }`: a webhook refuses everything with that word, or nothing again. */
      "PUT /sandbox/refusals": (request) => {
        const { path, word } = jsonOf(request) ?? {};
        if (typeof path !== "string") return { status: 400, body: { message: "Give the path of a webhook, and a word." } };
        if (typeof word === "string") state.refusals[path] = word;
        else delete state.refusals[path];
        file.changed();
        return { status: 204 };
      },
    },
    notFound: { status: 404, body: "no_service" },
    fault_replies: () => faultReplies,
  });
};

const faultReplies: FaultReplies = {
  "429_text": limited,
  "403_html": edgePage,
  "401": { status: 401, body: "invalid_token" },
  "500": { status: 500, body: "rollup_error" },
  "503": { status: 503, body: "upstream connect error" },
};
