import type { Invocation, Job, JobHandler, JobRuntime } from "../../../shared/kernel/job.ts";
import { type Acting, actAs } from "./acting.ts";
import { recordedPorts } from "./ports.ts";

/** What a job was handed: the envelopes of messages and the images of stream records name their orgs; a schedule names none. */
const actingIn = (service: string, event: unknown): Acting => {
  const text = JSON.stringify(event).replaceAll("\\", "");
  const all = (field: string): string[] => [...text.matchAll(new RegExp(`"${field}":(?:\\{"S":)?"([^"]+)"`, "g"))].map((found) => found[1]!);
  const orgs = all("org_id");
  return { service, orgs: orgs.length > 0 ? new Set(orgs) : undefined, persons: new Set([...all("user_id"), ...all("email")]) };
};

/** As `job.serve`, with every call of it recorded as the job's. */
export const serveRecorded = <Event, Reply>(job: Job<Event, Reply>, runtime: JobRuntime): JobHandler<Event, Reply> => {
  const handle = job.serve({ ...runtime, ...(runtime.ports ? { ports: recordedPorts(runtime.ports) } : {}) });
  return (event: Event, invocation: Invocation) => actAs(actingIn(job.service, event), () => handle(event, invocation));
};
