/**
 * Places of bodies where names are free, each with why: `"soundcloud.createCampaign /metadata"`. Everywhere below one they
 * are free too. An item of an array is `[]`.
 */
export const FREE_FORM: Readonly<Record<string, string>> = {
  "social.patchPlatform /rate_limits": "Limits of a network, by the names that it gives them.",
  "social.draftFromTemplate /values": "Values for the placeholders of a template, by the names that its author gave them.",
  "social.createEvents /events/[]/event_metadata": "What a network tells beside an event; it is stored and shown as it came.",
  "social.receiveMessage /": "The body is Instagram's, which adds fields as it likes; those that are read are checked.",
  "soundcloud.patchSettings /adjacency_matrix": "How near genres are to each other, by the names of the org's own genres.",
  "soundcloud.setAccount /connection_data": "What a network tells of a connection; it is stored and shown as it came.",
  "soundcloud.createNotification /metadata": "The caller's own notes; they are stored and shown as they came.",
  "soundcloud.createCampaign /metadata": "The caller's own notes; they are stored and shown as they came.",
  "soundcloud.patchCampaign /metadata": "The caller's own notes; they are stored and shown as they came.",
  "soundcloud.receivePlannerEvent /": "The body is Influence Planner's, which adds fields as it likes; those that are read are checked.",
  "soundcloud.receiveMailEvent /": "The body is Resend's, which adds fields as it likes; those that are read are checked.",
  "soundcloud.createEmailTemplate /variables": "What a template's placeholders stand for, by the names that its author gives them.",
  "soundcloud.patchEmailTemplate /variables": "What a template's placeholders stand for, by the names that its author gives them.",
  "soundcloud.previewEmailTemplate /variables": "Values for the placeholders of a template, by the names that its author gave them.",
  "soundcloud.sendEmailTemplate /variables": "Values for the placeholders of a template, by the names that its author gave them.",
  "soundcloud.createAutomationTemplate /variables": "What a template's placeholders stand for, by the names that its author gives them.",
  "soundcloud.patchAutomationTemplate /variables": "What a template's placeholders stand for, by the names that its author gives them.",
  "soundcloud.previewAutomationTemplate /variables": "Values for the placeholders of a template, by the names that its author gave them.",
};

/** `/events/[]/event_metadata`. */
export const placeOf = (path: readonly string[]): string => `/${path.join("/")}`;

/** The free-form place of an operation at or above a path, if there is one. */
export const freeFormAt = (operation: string, path: readonly string[]): string | undefined =>
  [path, ...path.map((_, at) => path.slice(0, at))].map((above) => `${operation} ${placeOf(above)}`).find((place) => place in FREE_FORM);
