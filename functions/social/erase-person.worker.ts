import { PersonErased } from "../../events/identity/person-erased.v1.ts";
import { ErasePerson } from "../../events/social/erase-person.v1.ts";
import { PersonErasureOrdered } from "../../events/social/person-erasure-ordered.v1.ts";
import { archiveOnDemand } from "../../shared/kernel/files/archive-on-demand.ts";
import { filesOnDemand } from "../../shared/kernel/files/files-on-demand.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { metrics } from "../../shared/kernel/metrics.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { commandsOnDemand } from "../../shared/kernel/queue/commands-on-demand.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { erasePerson } from "../../shared/social/erasure/erase-person.ts";

export const erasePersonWorker = worker(
  ErasePerson,
  {
    ports: {
      archive: (boot) => archiveOnDemand(boot),
      commands: (boot) => commandsOnDemand(boot),
      files: (boot) => filesOnDemand(boot),
      metrics: () => metrics(),
    },
    on: [
      when(PersonErased, ({ user_id, erased_at }) => ({ user_id, erased_at })),
      when(PersonErasureOrdered, ({ person_erasure_id }) => ({ person_erasure_id })),
    ],
  },
  (ctx, order) => erasePerson(ctx, order),
);
export const handler = jobOnLambda(erasePersonWorker);
