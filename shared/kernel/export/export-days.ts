/** Days that an export is kept, its file and the item that tells of it. */
export const EXPORT_DAYS = 7;
