import type { Resource } from "../../shared/kernel/http/route.ts";
import { accounts } from "./accounts.routes.ts";
import { analytics } from "./analytics.routes.ts";
import { archives } from "./archives.routes.ts";
import { conversions } from "./conversions.routes.ts";
import { events } from "./events.routes.ts";
import { exports } from "./exports.routes.ts";
import { imports } from "./imports.routes.ts";
import { instagramWebhooks } from "./instagram-webhooks.routes.ts";
import { persons } from "./persons.routes.ts";
import { posts } from "./posts.routes.ts";
import { reconciliations } from "./reconciliations.routes.ts";
import { settings } from "./settings.routes.ts";
import { templates } from "./templates.routes.ts";
import { trends } from "./trends.routes.ts";
import { worklist } from "./worklist.routes.ts";

export const socialResources = [
  settings,
  accounts,
  posts,
  templates,
  events,
  imports,
  instagramWebhooks,
  analytics,
  trends,
  conversions,
  persons,
  exports,
  archives,
  worklist,
  reconciliations,
] as readonly unknown[] as readonly Resource[];
