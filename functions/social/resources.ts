import type { Resource } from "../../shared/kernel/http/route.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";
import { trends } from "./trends.routes.ts";

export const socialResources = [settings, posts, trends] as readonly unknown[] as readonly Resource[];
