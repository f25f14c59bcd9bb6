import type { Resource } from "../../shared/kernel/http/route.ts";
import { events } from "./events.routes.ts";
import { instagramWebhooks } from "./instagram-webhooks.routes.ts";
import { analytics } from "./analytics.routes.ts";
import { conversions } from "./conversions.routes.ts";
import { exports } from "./exports.routes.ts";
import { persons } from "./persons.routes.ts";
import { archives } from "./archives.routes.ts";
import { posts } from "./posts.routes.ts";
import { reconciliations } from "./reconciliations.routes.ts";
import { settings } from "./settings.routes.ts";
import { trends } from "./trends.routes.ts";

export const socialResources = [settings, posts, events, instagramWebhooks, reconciliations] as readonly unknown[] as readonly Resource[];
export const socialResources = [settings, posts, conversions, persons, exports] as readonly unknown[] as readonly Resource[];
export const socialResources = [settings, posts, archives] as readonly unknown[] as readonly Resource[];
export const socialResources = [settings, posts, trends] as readonly unknown[] as readonly Resource[];
export const socialResources = [settings, posts, analytics, conversions, persons, exports] as readonly unknown[] as readonly Resource[];
