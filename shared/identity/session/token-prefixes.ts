export const ACCESS_PREFIX = "gsa_";
export const REFRESH_PREFIX = "gsr_";
