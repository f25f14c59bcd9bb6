import type * as z from "zod";
import { Accuracy, accuracyIn } from "./accuracy.ts";
import { PostInsight } from "./post-insight.ts";

/** What a network said on a day, and how near our own counters were to it. */
export const InsightView = PostInsight.api.response.extend({ accuracy: Accuracy.nullable() });
export type InsightView = z.output<typeof InsightView>;

export const presentInsight = (insight: PostInsight): InsightView => ({ ...insight, accuracy: accuracyIn(insight) });
