import type { Resource } from "../../shared/kernel/http/route.ts";
import { accounts } from "./accounts.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";
import { templates } from "./templates.routes.ts";
import { worklist } from "./worklist.routes.ts";

export const socialResources = [settings, accounts, posts, templates, worklist] as readonly unknown[] as readonly Resource[];
