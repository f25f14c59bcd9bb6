/** Slack's own hosts only, decided by the parsed address: an incoming webhook, no workflow's. README, Slack. */
export const isSlackWebhook = (text: string): boolean => {
  const url = URL.parse(text);
  return (
    url !== null &&
    url.protocol === "https:" &&
    ["hooks.slack.com", "hooks.slack-gov.com"].includes(url.hostname) &&
    [url.username, url.password, url.port, url.search, url.hash].every((part) => part === "") &&
    /^\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]+$/.test(url.pathname)
  );
};

/** What the vault binds the sealed address to. */
export const slackWebhookField = (org_id: string) => ({ org_id, entity: "SoundcloudSettings", id: org_id, field: "slack_webhook" });
