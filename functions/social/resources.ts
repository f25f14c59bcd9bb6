import type { Resource } from "../../shared/kernel/http/route.ts";
import { analytics } from "./analytics.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

export const socialResources = [settings, posts, analytics] as readonly unknown[] as readonly Resource[];
