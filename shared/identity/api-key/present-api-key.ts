import type * as z from "zod";
import { ApiKey } from "./api-key.ts";

export const ApiKeyView = ApiKey.api.response;
export type ApiKeyView = z.output<typeof ApiKeyView>;

export const presentApiKey = ({ secret_hash: _hash, ...shown }: ApiKey): ApiKeyView => shown;
