import * as z from "zod";

/** A name as templates write it. */
export const variableName = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, "begins with a letter: small letters, digits and _");
/** Declared variables: each with what it means to whoever writes the template. */
export const variables = z.record(variableName, z.string().max(200)).refine((all) => Object.keys(all).length <= 50, "at most 50 variables");
export const subject = z.string().trim().min(1).max(300);
export const bodyHtml = z.string().min(1).max(50_000);
export const bodyText = z.string().max(50_000);
/** What a template's variables stand for in one mail. */
export const templateValues = z
  .record(variableName, z.union([z.string().max(2000), z.number(), z.boolean()]))
  .refine((all) => Object.keys(all).length <= 50, "at most 50 values");
