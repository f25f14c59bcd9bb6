/** Every number that differs between stages, and those that one would want to change without reading a construct. */
export interface Stage {
  readonly name: string;
  /** Days that function and access logs are kept. */
  readonly log_days: 14 | 365;
  /** Days that events stay in the bus's archive, from which they can be replayed. */
  readonly event_archive_days: number;
  /** Days after which an uploaded file is deleted; its outcome is in the table by then. */
  readonly upload_days: number;
  /** Requests of all clients together: steady per second, and at once. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** Origins whose pages may call the API and upload files. None: browsers of other origins are refused. */
  readonly cors_origins: readonly string[];
  /** Where links in mails and in Slack lead to; the API's own address unless told. */
  readonly public_url?: string;
  readonly mail_from: string;
  /** Receives every alarm, when told. */
  readonly alarm_email?: string;
  /** Functions get the values of secrets when they are updated: raise this and deploy after changing a secret. */
  readonly secrets_generation: number;
  /** `per_second` is what all functions together may ask of SoundCloud in a second; no overall limit is published. */
  readonly soundcloud: { readonly api_url: string; readonly auth_url: string; readonly per_second: number };
  readonly influence_planner: { readonly api_url: string };
  readonly slack: { readonly api_url: string };
  /** With the version of the Graph API. */
  readonly instagram: { readonly api_url: string };
  readonly tiktok: { readonly api_url: string };
  /** With the version of the Data API. */
  readonly youtube: { readonly api_url: string; readonly auth_url: string };
  readonly resend: { readonly api_url: string };
  readonly alarms: {
    /** Failed requests of one API function in five minutes. */
    readonly api_errors: number;
    /** Slowest percent of requests, in milliseconds, over five minutes. */
    readonly api_latency_ms: number;
    /** Age of a queue's oldest message, in seconds. */
    readonly oldest_message_s: number;
    /** How far a stream's consumer is behind, in milliseconds. */
    readonly stream_lag_ms: number;
  };
}

const providers = {
  soundcloud: { api_url: "https://api.soundcloud.com", auth_url: "https://secure.soundcloud.com", per_second: 5 },
  influence_planner: { api_url: "https://api.influenceplanner.com/partner/v1" },
  slack: { api_url: "https://hooks.slack.com" },
  instagram: { api_url: "https://graph.instagram.com/v26.0" },
  tiktok: { api_url: "https://open.tiktokapis.com" },
  youtube: { api_url: "https://www.googleapis.com/youtube/v3", auth_url: "https://oauth2.googleapis.com" },
  resend: { api_url: "https://api.resend.com" },
};

const dev: Stage = {
  ...providers,
  name: "dev",
  log_days: 14,
  event_archive_days: 7,
  upload_days: 7,
  throttle: { rate: 50, burst: 100 },
  cors_origins: [],
  secrets_generation: 1,
  mail_from: "Groundswell <no-reply@dev.groundswell.example>",
  alarms: { api_errors: 5, api_latency_ms: 5_000, oldest_message_s: 1_800, stream_lag_ms: 600_000 },
};

const prod: Stage = {
  ...providers,
  name: "prod",
  log_days: 365,
  event_archive_days: 90,
  upload_days: 30,
  throttle: { rate: 1_000, burst: 2_000 },
  cors_origins: [],
  secrets_generation: 1,
  mail_from: "Groundswell <no-reply@groundswell.example>",
  alarms: { api_errors: 5, api_latency_ms: 3_000, oldest_message_s: 900, stream_lag_ms: 300_000 },
};

export const stages: Readonly<Record<string, Stage>> = { dev, prod };

/** The stage of that name. Throws when there is none. */
export const stageNamed = (name: string): Stage => {
  const stage = stages[name];
  if (!stage) throw new Error(`There is no stage ${name}. Choose one of ${Object.keys(stages).join(", ")} with STAGE, or describe it in infra/stage.ts.`);
  return stage;
};
