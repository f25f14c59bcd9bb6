import type { Resource } from "../../shared/kernel/http/route.ts";
import { analytics } from "./analytics.routes.ts";
import { conversions } from "./conversions.routes.ts";
import { exports } from "./exports.routes.ts";
import { persons } from "./persons.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

export const socialResources = [settings, posts, analytics, conversions, persons, exports] as readonly unknown[] as readonly Resource[];
