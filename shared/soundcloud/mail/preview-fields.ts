import * as z from "zod";
import { templateValues } from "./template-fields.ts";

export const PreviewInput = z.strictObject({ variables: templateValues.default({}) });
export const Preview = z.object({ subject: z.string(), html: z.string(), text: z.string().optional() });
