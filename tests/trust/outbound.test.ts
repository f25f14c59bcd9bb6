import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importsApi } from "../../functions/soundcloud/imports.api.ts";
import { membersApi } from "../../functions/soundcloud/members.api.ts";
import { queuesApi } from "../../functions/soundcloud/queues.api.ts";
import { resolveTrackWorker } from "../../functions/soundcloud/resolve-track.worker.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import { ResolveTrack } from "../../events/soundcloud/resolve-track.v1.ts";
import { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { soundCloudClient } from "../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { json, memoryTokens, scripted } from "../integration/providers/support.ts";
import { type Connections, recordConnections } from "../support/connections.ts";
import { figures } from "../support/figures.ts";
import { HEADINGS } from "../workers/soundcloud/import-files.ts";
import { importWorld, startUploads } from "../workers/soundcloud/import-world.ts";
import { type QueueWorld, demand, queueWorld } from "../workers/soundcloud/queues-world.ts";

/** Hosts that are nobody's business, in every writing that some reader of addresses has fallen for. */
const HOSTS = [
  "127.0.0.1:8099",
  "localhost:8099",
  "0.0.0.0:8099",
  "[::1]:8099",
  "[::]:8099",
  "2130706433:8099",
  "0x7f000001:8099",
  "0x7f.0.0.1:8099",
  "0177.0.0.1:8099",
  "017700000001:8099",
  "127.1:8099",
  "127.0.1:8099",
  "[::ffff:127.0.0.1]:8099",
  "[::ffff:7f00:1]:8099",
  "[64:ff9b::7f00:1]:8099",
  "[64:ff9b::a9fe:a9fe]",
  "169.254.169.254",
  "169.254.170.2",
  "0xa9fea9fe",
  "2852039166",
  "0251.0376.0251.0376",
  "[fd00:ec2::254]",
  "[fe80::1]",
  "[::ffff:169.254.169.254]",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.0.1",
  "100.64.0.1",
  "100.127.255.254",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "metadata.google.internal",
  "instance-data.ec2.internal",
  "localtest.me",
  "127.0.0.1.nip.io",
  "spoofed.burpcollaborator.net",
  "evil.example",
  "evil.example:22",
  "evil.example:6379",
  "soundcloud.com.evil.example",
  "evilsoundcloud.com",
  "soundcloud.com@evil.example",
  "soundcloud.com:x@evil.example",
  "evil.example#@soundcloud.com",
  "evil.example?soundcloud.com",
  "evil.example\\@soundcloud.com",
  "soundcloud.com\\.evil.example",
  "soundcloud.com%2eevil.example",
  "soundcloud.com%00.evil.example",
  "soundcloud.com。evil.example",
  "ѕoundcloud.com",
  "xn--oundcloud-8bf.com",
  "soundcloud.com:8099",
  "soundcloud.com.:8099",
  "①②⑦.⓪.⓪.①:8099",
  "127。0。0。1:8099",
  "evil.example/soundcloud.com",
  "evil.example/https://soundcloud.com",
] as const;
const HOSTILE: readonly string[] = [
  ...HOSTS.flatMap((host) => [`http://${host}/jane/night`, `https://${host}/jane/night`]),
  "file:///etc/passwd",
  "gopher://127.0.0.1:8099/_x",
  "ftp://evil.example/jane/night",
  "data:text/html,x",
  "javascript:fetch('http://evil.example')",
  "dict://127.0.0.1:8099/x",
  "ldap://evil.example/x",
  "//evil.example/jane/night",
  "\\\\evil.example\\jane",
  "http:evil.example/jane",
  "http:///evil.example/jane",
  "https://soundcloud.com\r\nHost: evil.example/jane/night",
  "https://soundcloud.com/jane/night\r\n\r\nGET http://evil.example/",
  "https://user:pass@soundcloud.com@evil.example/jane",
  "https://soundcloud.com/../../evil",
  "unix:/var/run/docker.sock:/jane",
];

let world: QueueWorld;
let uploads: Awaited<ReturnType<typeof startUploads>>;
let connections: Connections;
const allowed = new Set<string>();
const allow = (...urls: readonly string[]): void => urls.forEach((url) => allowed.add(new URL(url).host));

beforeAll(async () => {
  uploads = await startUploads();
  world = await queueWorld({ apis: [queuesApi, submissionsApi, membersApi, importsApi] });
  allow(world.sandbox.url, process.env.DYNAMODB_ENDPOINT!);
  connections = recordConnections();
}, 120_000);
afterAll(async () => {
  connections.stop();
  await world.stop();
  await uploads.stop();
});

/** Connections to anywhere but the engine, the bucket and SoundCloud's sandbox. */
const elsewhere = (): string[] => connections.opened.filter((address) => !allowed.has(address));

it("is tried with enough hostile addresses, and the record would show one that is called", async () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(80);
  await fetch("http://127.0.0.1:8099/").catch(() => undefined);
  expect(elsewhere()).toEqual(["127.0.0.1:8099"]);
  (connections.opened as string[]).length = 0;
  figures("S9", { "hostile addresses": HOSTILE.length });
});

describe("no connection follows an address that a user gave", () => {
  it("as a submission's track, which is looked up", async () => {
    const client = await world.clientOf("Label");
    const accepted: string[] = [];
    for (const track_url of HOSTILE) {
      const body = { track_url, artist_name: "Jane", family: "Electronic", client_id: client.id, service_type: "repost_network" };
      const { status } = await world.moderator.api.post("/soundcloud/submissions", body);
      expect(status, track_url).toBeLessThan(500);
      if (status === 201) accepted.push(track_url);
    }
    expect(accepted.filter((url) => URL.parse(url)?.hostname.replace(/\.$/, "") !== "soundcloud.com")).toEqual([]);
    expect(elsewhere()).toEqual([]);
  }, 120_000);

  it("as a track that is stored already and is resolved by SoundCloud", async () => {
    const client = await world.clientOf("Other label");
    for (const track_url of HOSTILE.slice(0, 12)) {
      const stored = await world.submission({
        client_id: client.id,
        status: "approved",
        track_url,
        track_key: track_url,
        dedupe_key: `${client.id}#${track_url}`,
      });
      await world.deliver(resolveTrackWorker, [world.message(ResolveTrack, { submission_id: stored.id })]);
      await Submission.get(world.ctx, { org_id: world.org_id, id: stored.id });
    }
    expect(elsewhere()).toEqual([]);
  }, 120_000);

  it("as a proof, a member's profile or a handle", async () => {
    await demand(world, 1, 1);
    await world.build();
    const [assignment] = await world.publish();
    for (const [n, url] of HOSTILE.entries()) {
      const replies = [
        await world.admin.api.post(`/soundcloud/queue-assignments/${assignment!.id}/proof`, { proof_url: url }),
        await world.admin.api.post("/soundcloud/members", { name: "M", emails: [`m${n}@example.com`], soundcloud_url: url }),
        await world.admin.api.post("/soundcloud/members", { name: "M", emails: [`h${n}@example.com`], soundcloud_handle: url }),
      ];
      for (const { status } of replies) expect(status, url).toBeLessThan(500);
    }
    expect(elsewhere()).toEqual([]);
  }, 180_000);

  it("as a cell of an import", async () => {
    const place = await importWorld(uploads.files);
    const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const file = [HEADINGS, ...HOSTILE.map((url, n) => `${cell(url)},Client ${n},Repost Network,House,Active,Ann Reyes,$250,2024-01-02`)].join("\n");
    const before = connections.opened.length;
    const done = await place.run(file);
    expect(done).toMatchObject({ status: "completed" });
    const bucket = new Set(connections.opened.slice(before).filter((address) => !allowed.has(address)));
    expect(bucket.size, "the bucket and nothing else").toBeLessThanOrEqual(1);
    allow(...[...bucket].map((address) => `http://${address}`));
    expect(elsewhere()).toEqual([]);
  }, 120_000);
});

describe("no connection follows an address that a provider gave", () => {
  it.each([
    [
      "a redirect of a lookup",
      (address: string) => ({ status: 302, body: { location: address }, headers: { location: address.replaceAll(/[^\x20-\x7e]/g, "") } }),
    ],
    ["the next page of a list", (address: string) => ({ status: 200, body: { collection: [], next_href: address }, headers: {} })],
  ])(
    "%s",
    async (_, reply) => {
      let address = "";
      const provider = await scripted((response) => {
        const { status, body, headers } = reply(address);
        json(response, status, body, headers as Record<string, string>);
      });
      allow(provider.url);
      const clock = { now: () => new Date() };
      for (address of HOSTILE) {
        const tokens = memoryTokens(clock);
        tokens.put({ access_token: "t", expires_at: "2099-01-01T00:00:00.000Z" });
        const named = { api_url: provider.url, auth_url: provider.url, client_id: "i", client_secret: "s", per_second: 10_000, budget_ms: 2_000 };
        const client = soundCloudClient({ ...named, tokens, clock });
        expect((await client.resolve("https://soundcloud.com/jane/night")).kind, address).not.toBe("ok");
        await Array.fromAsync(client.reposters("soundcloud:tracks:1"));
      }
      await provider.stop();
      expect(elsewhere()).toEqual([]);
    },
    120_000,
  );
});
