import { ProofSubmitted } from "../../events/soundcloud/proof-submitted.v1.ts";
import { VerifyProof } from "../../events/soundcloud/verify-proof.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { verifyProof } from "../../shared/soundcloud/queue/verify-proof.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";

/** One proof at a time, so that those of one submission in a batch share the first one's reading. */
export const verifyProofWorker = worker(
  VerifyProof,
  {
    ports: { commands: openCommands, vault: openVault, soundcloud: openSoundCloud },
    on: [when(ProofSubmitted, ({ assignment_id }) => ({ assignment_id }))],
    parallel: 1,
  },
  (ctx, order) => verifyProof(ctx, order),
);
export const handler = jobOnLambda(verifyProofWorker);
