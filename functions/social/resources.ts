import type { Resource } from "../../shared/kernel/http/route.ts";
import { conversions } from "./conversions.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

export const socialResources = [settings, posts, conversions] as readonly unknown[] as readonly Resource[];
