import { type FaultReplies, edgePage } from "../faults.ts";
import { type SandboxReply, type SandboxServer, startServer } from "../server.ts";
import { stateFile } from "../state.ts";
import { apiRoutes, refusal, timeOf, tokenOf, tokenRoute } from "./api.ts";
import { controlRoutes } from "./controls.ts";
import { type TokenState, noTokens, tokens } from "./tokens.ts";
import { type WorldState, emptyWorld, world } from "./world.ts";

/** The real gateway refuses bursts of about a hundred. */
const BURST = 100;
const BURST_MS = 1_000;

export interface SoundCloudSandboxOptions {
  readonly port?: number;
  readonly now?: () => Date;
  /** The same seed makes the same world. */
  readonly seed?: string;
  /** Requests a second that its gateway lets through; as many as the real one's unless told. */
  readonly burst?: number;
  /** Where the world is kept between starts; in memory unless told. */
  readonly state_file?: string | undefined;
}

/** SoundCloud on this machine: the API and, at the same address, the token endpoint. Its controls are in `controls.ts`. */
export const startSoundCloudSandbox = async (options: SoundCloudSandboxOptions = {}): Promise<SandboxServer> => {
  const { now = () => new Date(), seed = "groundswell", burst: max = BURST } = options;
  const state: { world: WorldState; tokens: TokenState } = { world: emptyWorld(), tokens: noTokens() };
  const file = stateFile(options.state_file, () => state);
  Object.assign(state, file.saved);
  const place = world(seed, now, state.world, file.changed);
  const held = tokens(seed, now, state.tokens, file.changed);

  const burst = window(now, { max, window_ms: BURST_MS });
  return startServer({
    port: options.port,
    state: file,
    routes: { ...apiRoutes(place, held), "POST /oauth/token": tokenRoute(held) },
    controls: controlRoutes(place, held),
    guard: (request) => {
      if (!burst()) return gatewayLimit;
      return request.path === "/oauth/token" || held.find(tokenOf(request)) ? undefined : refusal(401);
    },
    notFound: refusal(404),
    fault_replies: () => ({ ...faultReplies, "429_json": playLimit(now()) }),
  });
};

const gatewayLimit: SandboxReply = { status: 429, body: { error: "Rate Limit Exceeded" } };

const faultReplies: FaultReplies = {
  "429_gateway": gatewayLimit,
  "429_text": { status: 429, body: "Too many requests" },
  "403_html": edgePage,
  "401": refusal(401),
  "500": { status: 500, body: { code: 500, message: "Internal Server Error", errors: [], error: null } },
  "503": { status: 503, body: "upstream connect error" },
};

/** The limit on play streams, whose window ends an hour from now. */
const playLimit = (now: Date): SandboxReply => {
  const rate_limit = { group: "plays", max_nr_of_requests: 15_000, time_window: "PT24H" };
  const reset_time = timeOf(new Date(now.getTime() + 3_600_000));
  return { status: 429, body: { errors: [{ meta: { rate_limit, remaining_requests: 0, reset_time } }] } };
};

/** False once more than `max` came within one window. */
const window = (now: () => Date, { max, window_ms }: { max: number; window_ms: number }): (() => boolean) => {
  let begun = -Infinity;
  let count = 0;
  return () => {
    const time = now().getTime();
    if (time - begun >= window_ms) [begun, count] = [time, 0];
    count += 1;
    return count <= max;
  };
};
