import type { Resource } from "../../shared/kernel/http/route.ts";
import { attribution } from "./attribution.routes.ts";
import { campaigns } from "./campaigns.routes.ts";
import { complaints } from "./complaints.routes.ts";
import { connections } from "./connections.routes.ts";
import { credits } from "./credits.routes.ts";
import { exports } from "./exports.routes.ts";
import { genres } from "./genres.routes.ts";
import { imports } from "./imports.routes.ts";
import { inquiries } from "./inquiries.routes.ts";
import { mail } from "./mail.routes.ts";
import { members } from "./members.routes.ts";
import { notifications } from "./notifications.routes.ts";
import { parties } from "./parties.routes.ts";
import { plannerWebhooks } from "./planner-webhooks.routes.ts";
import { previews } from "./previews.routes.ts";
import { queues } from "./queues.routes.ts";
import { reconciliations } from "./reconciliations.routes.ts";
import { schedules } from "./schedules.routes.ts";
import { settings } from "./settings.routes.ts";
import { slack } from "./slack.routes.ts";
import { submissions } from "./submissions.routes.ts";
import { targets } from "./targets.routes.ts";
import { worklist } from "./worklist.routes.ts";

export const soundcloudResources = [
  settings,
  genres,
  members,
  inquiries,
  complaints,
  notifications,
  worklist,
  parties,
  imports,
  exports,
  submissions,
  campaigns,
  targets,
  queues,
  credits,
  attribution,
  previews,
  reconciliations,
  schedules,
  plannerWebhooks,
  connections,
  mail,
  slack,
] as readonly unknown[] as readonly Resource[];
