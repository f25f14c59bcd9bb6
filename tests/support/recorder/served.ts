import type { DynamoDBRecord, SQSRecord } from "aws-lambda";
import type { Invocation, Job, JobHandler, JobRuntime } from "../../../shared/kernel/job.ts";
import { type Acting, actAs, actingFor, actingOnMessage, goOnAs, orgOfItem } from "./acting.ts";
import { recordedPorts } from "./ports.ts";

type TakenUp = Partial<SQSRecord> & Partial<DynamoDBRecord>;

const recordsOf = (event: unknown): readonly TakenUp[] | undefined => (event as { readonly Records?: readonly TakenUp[] }).Records;

/** What a job was handed: stream records name their orgs in their images, messages as they are taken up; a schedule names none. */
const actingIn = (service: string, event: unknown): Acting => {
  const records = recordsOf(event);
  const orgs = (records ?? []).flatMap(({ dynamodb }) => [orgOfItem(dynamodb?.NewImage), orgOfItem(dynamodb?.OldImage)]);
  return actingFor({ service, orgs, goesThroughLists: records === undefined });
};

/** The same event, whose messages are worked on as those of their orgs, each from the moment that its body is read. */
const takenUp = <Event>(service: string, event: Event): Event => {
  const records = recordsOf(event);
  if (!records?.some(({ body }) => body !== undefined)) return event;
  const Records = records.map(({ body = "", ...record }) => ({
    ...record,
    get body() {
      goOnAs(actingOnMessage(service, body));
      return body;
    },
  }));
  return { ...event, Records };
};

/** As `job.serve`, with every call of it recorded as the job's. */
export const serveRecorded = <Event, Reply>(job: Job<Event, Reply>, runtime: JobRuntime): JobHandler<Event, Reply> => {
  const handle = job.serve({ ...runtime, ...(runtime.ports ? { ports: recordedPorts(runtime.ports) } : {}) });
  return (event: Event, invocation: Invocation) => actAs(actingIn(job.service, event), () => handle(takenUp(job.service, event), invocation));
};
