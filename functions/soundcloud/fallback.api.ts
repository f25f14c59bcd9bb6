import { fallback } from "../../shared/kernel/http/fallback.ts";
import { soundcloudResources } from "./resources.ts";

export const handler = fallback(soundcloudResources);
