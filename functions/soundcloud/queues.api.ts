import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { presentAssignment } from "../../shared/soundcloud/queue/assignment-view.ts";
import { completeAssignment } from "../../shared/soundcloud/queue/complete-assignment.ts";
import { approveQueue, orderBuild, orderPublication, undoApproval } from "../../shared/soundcloud/queue/decide-queue.ts";
import { patchAssignment } from "../../shared/soundcloud/queue/patch-assignment.ts";
import { getAssignment, listAssignments } from "../../shared/soundcloud/queue/read-assignments.ts";
import { getQueue, listEmptySlots, listQueueAssignments, listQueues } from "../../shared/soundcloud/queue/read-queues.ts";
import { failAssignment, skipAssignment } from "../../shared/soundcloud/queue/skip-assignment.ts";
import { submitProof } from "../../shared/soundcloud/queue/submit-proof.ts";
import { swapSupporter } from "../../shared/soundcloud/queue/swap-supporter.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { queues } from "./queues.routes.ts";

export const queuesApi = api(
  queues,
  { records: soundcloudSystem.idempotency, ports: { commands: openCommands } },
  {
    listQueues: (ctx, { page }) => listQueues(ctx, page),
    getQueue: (ctx, { params }) => getQueue(ctx, params.date),
    buildQueue: (ctx, { params }) => orderBuild(ctx, params.date),
    approveQueue: (ctx, { params }) => approveQueue(ctx, params.date),
    undoApproval: (ctx, { params }) => undoApproval(ctx, params.date),
    publishQueue: (ctx, { params }) => orderPublication(ctx, params.date),
    listQueueAssignments: (ctx, { params, page }) => listQueueAssignments(ctx, params.date, page),
    listEmptySlots: (ctx, { params, page }) => listEmptySlots(ctx, params.date, page),
    swapSupporter: { run: (ctx, { params, body }) => swapSupporter(ctx, { ...params, ...body }), present: presentAssignment },
    listAssignments: (ctx, { query, page }) => listAssignments(ctx, query, page),
    getAssignment: (ctx, { params }) => getAssignment(ctx, params.assignment_id),
    patchAssignment: (ctx, { params, body, version }) => patchAssignment(ctx, params.assignment_id, body, version),
    submitProof: (ctx, { params, body }) => submitProof(ctx, params.assignment_id, body.proof_url),
    skipAssignment: { run: (ctx, { params, body }) => skipAssignment(ctx, params.assignment_id, body.reason), present: presentAssignment },
    verifyAssignment: { run: (ctx, { params }) => completeAssignment(ctx, params.assignment_id, { verified_by: "ops" }), present: presentAssignment },
    failAssignment: { run: (ctx, { params, body }) => failAssignment(ctx, params.assignment_id, body.reason), present: presentAssignment },
  },
);
export const handler = onLambda(queuesApi, authenticate);
