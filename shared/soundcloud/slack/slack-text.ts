import type { DataOf } from "../../../events/envelope.ts";
import type { PostToSlack } from "../../../events/soundcloud/post-to-slack.v1.ts";
import { tellingsOf } from "../notification/notices.ts";

export type SlackNews = DataOf<typeof PostToSlack>;

/** Otherwise a text could hold Slack's own commands, such as `<!channel>`, and links. */
export const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What ops are told in the application, for Slack; names nobody. `public_url` is where the agency's pages are. */
export const slackText = (news: SlackNews, public_url: string): string => {
  if (news.fact === "test") return "*Test message*\nWhat ops should know arrives here.";
  return tellingsOf(news)
    .filter(({ to }) => to === "ops")
    .map(({ notice: { title, message, action_url } }) => {
      const link = action_url === undefined ? "" : `\n<${escaped(`${public_url.replace(/\/$/, "")}${action_url}`)}|Open>`;
      return `*${escaped(title)}*\n${escaped(message)}${link}`;
    })
    .join("\n\n");
};
