export const API_KEY_PREFIX = "gsk_";
