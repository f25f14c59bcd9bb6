import { fallback } from "../../shared/kernel/http/fallback.ts";
import { socialResources } from "./resources.ts";

export const handler = fallback(socialResources);
