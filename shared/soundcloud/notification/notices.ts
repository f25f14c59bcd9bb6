import type { DataOf } from "../../../events/envelope.ts";
import type { Notify } from "../../../events/soundcloud/notify.v1.ts";
import type { Notice } from "./deliver-notification.ts";
import type { NotificationType } from "./notification.ts";

export type Told = DataOf<typeof Notify>;
type Fact = Told["fact"];
type DataOfFact<F extends Fact> = Extract<Told, { fact: F }>["data"];

/** Who is told what: a member's person, the artist of a submission, or all of the ops. */
export type Telling = { readonly notice: Notice } & (
  | { readonly to: "ops" }
  | { readonly to: "member"; readonly member_id: string }
  | { readonly to: "artist"; readonly submission_id: string }
);

const ops = (type: NotificationType, title: string, message: string, action_url: string): Telling => ({
  to: "ops",
  notice: { type, title, message, action_url },
});
const member = (member_id: string, type: NotificationType, title: string, message: string, action_url: string): Telling => ({
  to: "member",
  member_id,
  notice: { type, title, message, action_url },
});
const artist = (submission_id: string, type: NotificationType, title: string, message: string): Telling => ({
  to: "artist",
  submission_id,
  notice: { type, title, message, action_url: `/submissions/${submission_id}` },
});

/** Where ops look at what is late. */
const LATE: Readonly<Record<DataOfFact<"deadline-passed">["clock"], readonly [what: string, path: string]>> = {
  decision: ["A submission waits for its decision", "/submissions"],
  review: ["A repost waits for its confirmation", "/queue-assignments"],
  inactivity: ["A member has become inactive", "/members"],
  complaint: ["A complaint waits", "/complaints"],
  inquiry: ["An inquiry waits for its decision", "/inquiries"],
};

/** By fact, what is told. The texts name nobody: who and what it is about stands behind the address. */
const NOTICES: { readonly [F in Fact]: (data: DataOfFact<F>) => readonly Telling[] } = {
  "submission-approved": ({ submission_id }) => [
    artist(submission_id, "submission", "Track approved", "Your track was approved and is looked after from now on."),
  ],
  "submission-rejected": ({ submission_id }) => [artist(submission_id, "submission", "Track not approved", "Your track was not approved this time.")],
  "assignment-published": ({ assignment_id, supporter_id }) => [
    member(supporter_id, "queue", "A track to repost", "A track waits for your repost and its proof.", `/queue-assignments/${assignment_id}`),
  ],
  "assignment-completed": ({ assignment_id, submission_id, supporter_id }) => [
    member(supporter_id, "success", "Repost verified", "Your repost was verified and its credits are yours.", `/queue-assignments/${assignment_id}`),
    artist(submission_id, "support", "Your track was reposted", "A supporter has reposted your track."),
  ],
  "assignment-failed": ({ assignment_id, supporter_id }) => [
    member(supporter_id, "warning", "Repost not proven", "The repost was not proven in time and counts as failed.", `/queue-assignments/${assignment_id}`),
  ],
  "assignment-refunded": ({ assignment_id, submission_id, supporter_id }) => [
    member(supporter_id, "warning", "Repost taken down", "Your repost was gone too early; its credits went back.", `/queue-assignments/${assignment_id}`),
    artist(submission_id, "support", "Credits refunded", "A repost of your track was taken down early; you have its credits back."),
  ],
  "queue-published": ({ date, assignments }) => [
    ops("queue", "Queue published", `The queue of ${date} was published with ${assignments} assignments.`, `/queues/${date}`),
  ],
  "tier-changed": ({ member_id, from, to }) => [
    member(member_id, from < to ? "success" : "info", `You are in tier ${to}`, `Your channel moved from tier ${from} to ${to}.`, `/members/${member_id}`),
  ],
  "connection-lost": ({ member_id, status }) => [
    member(member_id, "warning", "Connect your account again", `Your SoundCloud account is no longer connected (${status}).`, `/members/${member_id}`),
    ops("warning", "Account to reconnect", `A member's account is no longer connected (${status}).`, `/members/${member_id}`),
  ],
  "inquiry-received": ({ inquiry_id }) => [ops("inquiry", "New inquiry", "Somebody asks to join the network.", `/inquiries/${inquiry_id}`)],
  "complaint-received": ({ complaint_id }) => [ops("warning", "New complaint", "A complaint was filed.", `/complaints/${complaint_id}`)],
  "campaign-completed": ({ campaign_id, goal_reposts, verified_reposts }) => [
    ops("success", "Campaign completed", `A campaign has ended with ${verified_reposts} of ${goal_reposts} reposts.`, `/campaigns/${campaign_id}`),
  ],
  "schedule-failed": ({ schedule_id }) => [
    ops("error", "Scheduled repost failed", "A repost scheduled at Influence Planner failed for good.", `/schedules/${schedule_id}`),
  ],
  "deadline-passed": ({ clock, subject_id, due_at }) => {
    const [what, path] = LATE[clock];
    return [ops("warning", what, `It was due at ${due_at}.`, `${path}/${subject_id}`)];
  },
};

/** What a fact tells, and whom. */
export const tellingsOf = ({ fact, data }: Told): readonly Telling[] => NOTICES[fact](data as never);
