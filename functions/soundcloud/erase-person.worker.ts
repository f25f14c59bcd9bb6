import { PersonErased } from "../../events/identity/person-erased.v1.ts";
import { ErasePerson } from "../../events/soundcloud/erase-person.v1.ts";
import { MemberErasureOrdered } from "../../events/soundcloud/member-erasure-ordered.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { filesOnDemand } from "../../shared/kernel/files/files-on-demand.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { commandsOnDemand } from "../../shared/kernel/queue/commands-on-demand.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { erasePerson } from "../../shared/soundcloud/erasure/erase-person.ts";

export const erasePersonWorker = worker(
  ErasePerson,
  {
    ports: { commands: (boot) => commandsOnDemand(boot), vault: openVault, files: (boot) => filesOnDemand(boot) },
    on: [when(PersonErased, (person) => person), when(MemberErasureOrdered, ({ member_id }) => ({ member_id }))],
  },
  (ctx, order) => erasePerson(ctx, order),
);
export const handler = jobOnLambda(erasePersonWorker);
