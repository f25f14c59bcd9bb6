import type { Resource } from "../../shared/kernel/http/route.ts";
import { archives } from "./archives.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

export const socialResources = [settings, posts, archives] as readonly unknown[] as readonly Resource[];
