import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createNotification } from "../../shared/soundcloud/notification/create-notification.ts";
import { getInbox } from "../../shared/soundcloud/notification/get-inbox.ts";
import { listNotifications } from "../../shared/soundcloud/notification/list-notifications.ts";
import { readAllNotifications } from "../../shared/soundcloud/notification/read-all-notifications.ts";
import { getNotification, readNotification } from "../../shared/soundcloud/notification/read-notification.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { notifications } from "./notifications.routes.ts";

export const notificationsApi = api(
  notifications,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    listNotifications: (ctx, { query, page }) => listNotifications(ctx, query, page),
    createNotification: (ctx, { body }) => createNotification(ctx, body),
    getInbox: (ctx, { query }) => getInbox(ctx, query.user_id),
    readAllNotifications: (ctx, { query }) => readAllNotifications(ctx, query.user_id),
    getNotification: (ctx, { params }) => getNotification(ctx, params.notification_id),
    readNotification: (ctx, { params }) => readNotification(ctx, params.notification_id),
  },
);
export const handler = onLambda(notificationsApi, authenticate);
