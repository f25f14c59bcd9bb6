import { expect, it } from "vitest";
import { escaped, slackText } from "../../../../shared/soundcloud/slack/slack-text.ts";

it("takes Slack's own commands and links out of texts, and escapes once", () => {
  expect(escaped("<!channel> & <https://evil.example|click>")).toBe("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;");
});

it("links below an address with and without a slash at its end", () => {
  const link = "<https://agency.example/complaints/0199b1f0-7c00-7000-8000-000000000024|Open>";
  for (const public_url of ["https://agency.example", "https://agency.example/"])
    expect(slackText({ fact: "complaint-received", data: { complaint_id: "0199b1f0-7c00-7000-8000-000000000024" } }, public_url)).toContain(link);
});
