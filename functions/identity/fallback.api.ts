import { fallback } from "../../shared/kernel/http/fallback.ts";
import { identityResources } from "./resources.ts";

export const handler = fallback(identityResources);
