import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { synthesize } from "../../../infra/local/synthesize.ts";
import { makeTerminal } from "../../../infra/local/terminal.ts";

/** An app that writes a manifest with the content of one of its inputs. */
const app = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
const input = readFileSync("shared/input.ts", "utf8");
if (input.includes("broken")) throw new Error("the input is broken");
mkdirSync(process.env.CDK_OUTDIR, { recursive: true });
writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", JSON.stringify({ input }));
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "groundswell-synth-"));
  for (const folder of ["infra/local", "functions", "shared", "events"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, "infra/app.ts"), app);
  writeFileSync(join(root, "shared/input.ts"), "one");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("synthesize", () => {
  const out = () => join(root, "out");
  const manifest = () => JSON.parse(readFileSync(join(out(), "manifest.json"), "utf8")) as unknown;

  it("runs the app when an input has changed, and only then", async () => {
    expect(await synthesize(root, out())).toBe(true);
    expect(await synthesize(root, out())).toBe(false);
    writeFileSync(join(root, "infra/local/console.ts"), "the local cloud is no input");
    expect(await synthesize(root, out())).toBe(false);
    writeFileSync(join(root, "shared/input.ts"), "two");
    expect(await synthesize(root, out())).toBe(true);
    expect(manifest()).toEqual({ input: "two" });
  });

  it("says why it failed, and tries again the next time", async () => {
    writeFileSync(join(root, "shared/input.ts"), "broken");
    await expect(synthesize(root, out())).rejects.toThrow(
      /^The templates could not be synthesized\. [^]*the input is broken[^]*Correct the error and start again\.$/,
    );
    expect(existsSync(join(out(), "manifest.json"))).toBe(false);
    writeFileSync(join(root, "shared/input.ts"), "mended");
    expect(await synthesize(root, out())).toBe(true);
  });
});

describe("the terminal", () => {
  const written = async (work: (terminal: ReturnType<typeof makeTerminal>) => Promise<unknown>): Promise<string> => {
    let text = "";
    await work(makeTerminal({ write: (part: string) => (text += part) } as never));
    return text;
  };

  it("shows a step with its outcome and time in one line", async () => {
    expect(
      await written(({ step }) =>
        step(
          "Work",
          async () => 3,
          (value) => `${value} done`,
        ),
      ),
    ).toMatch(/^Work \.\.\. 3 done, \d\.\d s\n$/);
  });

  it("keeps a warning in between on its own line", async () => {
    expect(await written(({ step, log }) => step("Work", async () => log.warn("look")))).toMatch(/^Work \.\.\. \nwarning: look\nWork: \d\.\d s\n$/);
  });
});
