import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { NewNotification } from "../../shared/soundcloud/notification/create-notification.ts";
import { InboxView } from "../../shared/soundcloud/notification/get-inbox.ts";
import { NotificationFilter } from "../../shared/soundcloud/notification/list-notifications.ts";
import { Notification } from "../../shared/soundcloud/notification/notification.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const NotificationParams = z.strictObject({ notification_id: z.uuid() });
const Whose = z.strictObject({ user_id: z.uuid().optional() });
const reply = { status: 200, body: Notification.api.response } as const;

export const notifications = resource(
  "soundcloud",
  "notifications",
  "What people are told in the application. Everybody has their own; ops see those of others by naming `user_id`.",
  {
    listNotifications: route({
      method: "GET",
      path: "/soundcloud/notifications",
      summary: "List notifications",
      description: "The newest first. For live updates poll with `after`, the last `seq` that you have: what came since, in order, and nothing is missed.",
      policy: everyone,
      query: NotificationFilter,
      list: true,
      reply,
    }),
    createNotification: route({
      method: "POST",
      path: "/soundcloud/notifications",
      summary: "Tell somebody of the org something",
      policy: ops,
      idempotent: true,
      body: NewNotification,
      reply: { status: 201, body: Notification.api.response, location: "/soundcloud/notifications/{id}" },
      errors: { unknown_user: { status: 422, when: "`user_id` is nobody of the org" } },
      example: {
        body: { user_id: "019e1b9a-7c00-7000-8000-000000000001", title: "Welcome", message: "Your first queue comes tomorrow.", action_url: "/queues" },
      },
    }),
    getInbox: route({
      method: "GET",
      path: "/soundcloud/notifications/inbox",
      summary: "Read how many notifications are unread",
      policy: everyone,
      query: Whose,
      reply: { status: 200, body: InboxView },
    }),
    readAllNotifications: route({
      method: "POST",
      path: "/soundcloud/notifications/read-all",
      summary: "Mark everything that is there by now as read",
      policy: everyone,
      query: Whose,
      reply: { status: 200, body: InboxView },
    }),
    getNotification: route({
      method: "GET",
      path: "/soundcloud/notifications/{notification_id}",
      summary: "Read a notification",
      policy: everyone,
      params: NotificationParams,
      reply,
    }),
    readNotification: route({
      method: "POST",
      path: "/soundcloud/notifications/{notification_id}/read",
      summary: "Mark a notification as read",
      policy: everyone,
      params: NotificationParams,
      reply,
    }),
  },
);
