import { once } from "../kernel/once.ts";

/**
 * What reads and writes templates, loaded when a template first comes up: its libraries take a third of the time in which a
 * function starts, and most requests and events have no mail to make.
 */
export const renderer = once(() => import("./render.ts"));
