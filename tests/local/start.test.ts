import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Client, makeClient } from "../../infra/local/demonstration/client.ts";
import { type SentMail, signUp } from "../../infra/local/demonstration/people.ts";
import { figures, isSoak } from "../support/figures.ts";
import { type Start, type StartWish, lives, localState, npmStart } from "./npm-start.ts";

const ADA = { email: "ada@example.com", password: "correct horse battery", full_name: "Ada Lovelace" };

let folder: string;
let started: Start[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "groundswell-start-"));
});
afterEach(async () => {
  for (const { signal } of started) signal("SIGKILL");
  await Promise.all(started.map(({ ended }) => ended));
  started = [];
  rmSync(folder, { recursive: true, force: true });
});

const begin = async (wish: Partial<StartWish> = {}): Promise<Start> => {
  const one = await npmStart({ folder, ...wish });
  started.push(one);
  return one;
};

/** Ends as Ctrl-C ends it: cleanly, and with everything that it started. */
const interrupt = async (start: Start): Promise<void> => {
  const children = start.descendants();
  expect(children.length).toBeGreaterThan(0);
  start.signal("SIGINT");
  expect(await start.ended, start.printed()).toBe(0);
  expect(start.printed()).toContain("Stopped.");
  // What watches over the engine ends a moment after it.
  await expect.poll(() => children.filter(lives), { timeout: 10_000 }).toEqual([]);
  expect(localState(folder)).toBeUndefined();
};

/** A start that must not work: its exit code and what it says. */
const refusal = async (wish: Partial<StartWish>): Promise<string> => {
  const start = await begin(wish);
  expect(await start.ended, start.printed()).toBe(1);
  return start.printed();
};

const page = async ({ base_url }: Start, path: string): Promise<string> => {
  const reply = await fetch(base_url + path);
  expect(reply.status, path).toBe(200);
  return reply.text();
};

/** The mails as the console's pages show them. */
const mailsOf = async (start: Start): Promise<SentMail[]> => {
  const links = (await page(start, "/console/mail")).matchAll(/href="(\/console\/mail\/[^"]+)"/g);
  const shown = await Promise.all(Array.from(links, ([, link]) => page(start, link!)));
  return shown.map((text) => ({ to: /<dt>To<\/dt>\s*<dd>([^<]*)<\/dd>/.exec(text)![1]!, text })).toReversed();
};

const withHost = ({ port }: Start, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: "/", headers: { host } }, (reply) => {
      reply.resume();
      resolve(reply.statusCode!);
    });
    sent.once("error", reject);
    sent.end();
  });

describe("npm start", () => {
  it("serves its pages to this machine only, refuses what cannot work, and finds its data again after Ctrl-C", { timeout: 300_000 }, async () => {
    const start = await begin();
    await start.ready;
    expect(localState(folder)).toEqual({ base_url: start.base_url });
    for (const path of ["/docs", "/console/mail", "/console/schedules", "/console/queues", "/console/tables", "/console/functions"])
      expect(await page(start, path), path).toMatch(/^<!doctype html>/i);
    expect(await page(start, "/")).toContain("Groundswell on this machine");
    expect(JSON.parse(await page(start, "/openapi.json")).openapi).toMatch(/^3\.1/);
    expect([await withHost(start, `localhost:${start.port}`), await withHost(start, "evil.example")]).toEqual([200, 421]);
    const foreign = await fetch(`${start.base_url}/console/schedules/run`, {
      method: "POST",
      headers: { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" },
      body: "id=any",
    });
    expect(foreign.status).toBe(403);

    expect(await refusal({ port: start.port, folder: join(folder, "other") })).toContain(
      `Port ${start.port} is taken. Another program, perhaps another start of this one, listens on it. End that program, or choose another port with --port`,
    );
    expect(await refusal({})).toContain(`The data folder ${folder} is in use. Another start of the local cloud works on it.`);
    expect(localState(folder)).toEqual({ base_url: start.base_url });
    const { user_id } = await signUp(makeClient(start.base_url), ADA, () => mailsOf(start));
    await interrupt(start);

    const keys = join(folder, "keys.json");
    const before = readFileSync(keys);
    writeFileSync(keys, "{ this is no JSON");
    expect(await refusal({})).toMatch(/cannot be used: .*keys\.json is damaged\. .*Nothing was changed\. .*--fresh/);
    expect(readFileSync(keys, "utf8")).toBe("{ this is no JSON");
    writeFileSync(keys, before);
    expect(await refusal({ env: { PATH: join(folder, "no-programs") } })).toMatch(/java was not found\. It runs on Java 17 or later\. Install Java 17/);

    const second = await begin();
    await second.ready;
    expect(await makeClient(second.base_url).post("/identity/auth/sign-in", ADA_SIGNS_IN)).toMatchObject({ user_id });
    await interrupt(second);
  });
});

const ADA_SIGNS_IN = { email: ADA.email, password: ADA.password };

describe.runIf(isSoak)("npm start with the demonstration", () => {
  const TABLE = [
    "2,149: 865 imported, 1,284 skipped, 0 errors",
    /Campaign Quiet Choir - Light Us +live, [1-9]\d* of 60 reposts verified, \d+\.\d{4} USD each/,
    /its plays +3[67] days counted; 1\d{4} since \d{4}-\d\d-\d\d, 1\d{4}\.\d\d of them beyond 60\.0000 a day; 1 gap, 1 reset/,
    /Influence Planner +completed 1, tried again after: The account must be connected again\./,
    /Waiting for ops +.*inquiry 1, complaint 1/,
    /Mails by themselves +.*campaign_tracking 1/,
    /Mails by themselves +.*reconnect_prompt 1/,
    /Posts at networks +6 in a month; the best: "Three months apart\."/,
    /Trend #legday +(?:emerging|trending), 60 people in 24 h, \d+/,
    /Conversion +100\.00 USD after 3 touches in P10D; in equal parts 33\.33, 33\.33, 33\.34/,
    /Archive +30 events of \d{4}-\d\d/,
    "0 differences",
  ];
  const demonstration = (): Promise<Start> => begin({ options: [] });

  const admin = (): Client => {
    const { base_url, org_id, access_token } = localState(folder);
    return makeClient(base_url, { token: access_token, org_id });
  };

  /** What the API says of the organisation, without what differs from start to start. */
  const facts = async (): Promise<object> => {
    const [imports, members, [books]] = [
      await admin().all<any>("/soundcloud/imports"),
      await admin().all<{ credits_balance: number }>("/soundcloud/members"),
      await admin().all<{ id: string; status: string }>("/soundcloud/reconciliations"),
    ];
    expect(books).toMatchObject({ status: "completed" });
    const [campaign] = await admin().all<{ id: string }>("/soundcloud/campaigns");
    const of = <T>(list: string): Promise<T[]> => admin().all<T>(`/soundcloud/${list}`);
    return {
      metrics: await of(`campaigns/${campaign!.id}/metrics`),
      deltas: await of(`campaigns/${campaign!.id}/daily-deltas`),
      schedules: (await of<{ status: string }>(`schedules?parent_id=${campaign!.id}`)).map(({ status }) => status),
      inquiries: (await of<{ status: string }>("inquiries")).map(({ status }) => status),
      complaints: (await of<{ status: string }>("complaints")).map(({ status }) => status),
      automated: (await of<{ mail_status: string }>("automation-logs")).map(({ mail_status }) => mail_status),
      imports: imports.map(({ kind, total_records, successful_imports, skipped, failed_imports }) => ({
        kind,
        total_records,
        successful_imports,
        skipped,
        failed_imports,
      })),
      members: members.length,
      credits: members.reduce((sum, { credits_balance }) => sum + credits_balance, 0),
      differences: await admin().all(`/soundcloud/reconciliations/${books!.id}/differences`),
    };
  };
  const IMPORTED = { kind: "campaigns", total_records: 2_149, successful_imports: 865, skipped: 1_284, failed_imports: 0 };
  const JOINED = { kind: "members", total_records: 200, successful_imports: 200, skipped: 0, failed_imports: 0 };
  const SHOWN = {
    imports: [IMPORTED, JOINED],
    schedules: ["completed"],
    inquiries: ["undecided"],
    complaints: ["in_progress"],
    automated: ["delivered", "delivered"],
    differences: [],
  };
  const expectTable = (start: Start): void => {
    for (const line of TABLE) expect(start.printed()).toMatch(line);
  };

  it("shows the main job within a minute, and a second start finds it all", async () => {
    const from = performance.now();
    const seconds = (): number => Math.round((performance.now() - from) / 100) / 10;
    const first = await demonstration();
    await expect.poll(() => first.printed(), { timeout: 600_000, interval: 50 }).toContain("Look at");
    const network = seconds();
    await first.ready;
    const all = seconds();
    expectTable(first);
    const found = await facts();
    expect(found).toMatchObject(SHOWN);
    const mails = (await mailsOf(first)).map(({ to }) => to);
    expect(mails).toContain("booking@quiet-choir.example");
    expect(localState(folder).users.map(({ role }: { role: string }) => role)).toEqual(["admin", "moderator", "member"]);
    await interrupt(first);

    const second = await demonstration();
    await second.ready;
    expectTable(second);
    expect(await facts()).toEqual(found);
    await interrupt(second);
    expect(network).toBeLessThanOrEqual(60);
    figures("E1", {
      "seconds until the network's table": network,
      "seconds of the first start": all,
      "rows read": IMPORTED.total_records,
      imported: IMPORTED.successful_imports,
      differences: 0,
    });
  });

  it.each(["List of members", "Members and their tracks, the sample export, a campaign's past month", "The daily schedule", "Reposts, proofs, payment"])(
    "killed while it does “%s”, ends with the same books when it is started again",
    async (step) => {
      const killed = await demonstration();
      await expect.poll(() => killed.printed(), { timeout: 600_000, interval: 20 }).toContain(`${step} ...`);
      killed.signal("SIGKILL");
      await killed.ended;
      const again = await demonstration();
      await again.ready;
      expectTable(again);
      expect(await facts()).toMatchObject(SHOWN);
      await interrupt(again);
      figures("E1", { [`killed at “${step}”`]: "same books" });
    },
  );
});
