import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Liquid } from "liquidjs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import { type MailTemplate, type Values, faultsIn, renderMail } from "../../../shared/mail/render.ts";
import { figures } from "../../support/figures.ts";

const template = (body_html: string, variables: Record<string, string> = { name: "Who it is" }): MailTemplate => ({ subject: "Hi", body_html, variables });
const failure = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isDomainError(error)) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
};

/** Twice 500 ms, of which the engine reads the clock only now and then. */
const MOST_MS = 3_000;

describe("renderMail", () => {
  it("puts values in: escaped in HTML, as they are in subject and text, on one line each", () => {
    const mail = {
      subject: "For {{ name }}",
      body_html: '<p title="{{ name }}">{{ name | upcase }}</p>',
      body_text: "For {{ name }}.",
      variables: { name: "" },
    };
    expect(renderMail(mail, { name: `A <b>&"'\r\nBcc: x@y.example` })).toEqual({
      subject: `For A <b>&"' Bcc: x@y.example`,
      html: '<p title="A &lt;b&gt;&amp;&#34;&#39; Bcc: x@y.example">A &lt;B&gt;&amp;&#34;&#39; BCC: X@Y.EXAMPLE</p>',
      text: `For A <b>&"' Bcc: x@y.example.`,
    });
  });
  it("refuses variables that are not declared, all of them at once, wherever they stand", () => {
    const faulty = {
      ...template("{{ a }}{% if b %}{{ name }}{% endif %}{% for x in c %}{{ x }}{% endfor %}"),
      subject: "{{ d }}",
      body_text: "{{ name.length }}",
    };
    expect(faultsIn(faulty).map(({ pointer, code, detail }) => [pointer, code, /"(.*?)"/.exec(detail)?.[1]])).toEqual([
      ["/subject", "unknown_variable", "d"],
      ["/body_html", "unknown_variable", "a"],
      ["/body_html", "unknown_variable", "b"],
      ["/body_html", "unknown_variable", "c"],
      ["/body_text", "unknown_variable", "name.length"],
    ]);
    expect(failure(() => renderMail(faulty, { name: "A" }))).toMatchObject({ code: "template_invalid", errors: { length: 5 } });
  });
  it("refuses to leave out a value that is declared, and lists all that are missing", () => {
    const { code, errors } = failure(() => renderMail(template("{{ name }}{{ track }}{{ n }}", { name: "", track: "", n: "" }), { n: 0 }));
    expect([code, errors.map(({ pointer }) => pointer)]).toEqual(["missing_variables", ["/variables/name", "/variables/track"]]);
    expect(renderMail(template("{{ n }}", { n: "" }), { n: 0 }).html).toBe("0");
  });
  it("counts the limits: time, memory and length", () => {
    const loop = "{% for i in (1..100000000) %}x{% endfor %}";
    const nested = "{% for i in (1..3000) %}{% for j in (1..3000) %}{% for k in (1..3000) %}{% endfor %}{% endfor %}{% endfor %}";
    const grown = `{% assign a = "${"x".repeat(1000)}" %}${"{% assign a = a | append: a | append: a %}".repeat(12)}{{ a }}`;
    const long = `${"x".repeat(90_000)}{{ name }}{{ name }}`;
    const times = [loop, nested, grown].map((body) => {
      const begun = performance.now();
      expect(failure(() => renderMail(template(body), { name: "A" })).code).toBe("template_failed");
      return performance.now() - begun;
    });
    for (const time of times) expect(time).toBeLessThan(MOST_MS);
    expect(failure(() => renderMail(template(long), { name: "y".repeat(60_000) })).code).toBe("template_failed");
    expect(faultsIn(template("x".repeat(100_001)))).toMatchObject([{ code: "template" }]);
    figures("S21", { "templates without an end": times.length + 2, "slowest of them, ms": Math.round(Math.max(...times)) });
  });
  it("cuts nothing within a character, neither by its own limit nor by a template's filter", () => {
    const last = "{{ name | split: '' | last }}";
    const cut = { subject: "{{ name }}", body_html: `<p title="${last}">${last}.</p>`, body_text: `${last}.`, variables: { name: "" } };
    const mail = renderMail(cut, { name: `x${"😀".repeat(400)}` });
    expect(mail).toEqual({ subject: `x${"😀".repeat(249)}`, html: '<p title="">.</p>', text: "." });
  });
  it("gives a mail a subject where the template leaves none that anybody sees", () => {
    const of = (name: string) => renderMail({ ...template("{{ name }}"), subject: "{{ name }}" }, { name }).subject;
    expect(["", " ", "\u200b", "\u202e\n", "A"].map(of)).toEqual([...Array.from({ length: 4 }, () => "(no subject)"), "A"]);
  });
  it("renders a small template that the machine held up once, and gives up one that never comes to an end in time", () => {
    /** Time stands still but for the given waits, one after each reading of it. */
    const waiting = (...waits: number[]) => {
      let now = 0;
      vi.spyOn(performance, "now").mockImplementation(() => (now += waits.shift() ?? 0));
    };
    const small = template("{% if name %}{{ name }}{% endif %}");
    try {
      waiting(0, 10_000);
      expect(renderMail({ ...small, subject: "" }, { name: "A" }).html).toBe("A");
      waiting(...Array.from({ length: 100 }, () => 10_000));
      expect(failure(() => renderMail(small, { name: "A" }))).toMatchObject({ code: "template_failed", message: expect.stringContaining("limit exceeded") });
    } finally {
      vi.restoreAllMocks();
    }
  });
});

const LEAKS = ["root:", "node_modules", "function", "Liquid", "[object", "process", "<script", "constructor"];
/** Ways to get at files, the process, the engine, or unescaped markup. */
const ATTACKS: readonly string[] = [
  ...["include", "render", "layout"].flatMap((tag) => [
    `{% ${tag} '/etc/passwd' %}`,
    `{% ${tag} "../../package.json" %}`,
    `{% ${tag} name %}`,
    `{% ${tag} 'file:///etc/passwd' %}`,
  ]),
  "{% block x %}{% endblock %}",
  "{% raw %}{{ name }}{% endraw %}",
  "{% liquid\n include 'x' %}",
  "{% echo name | raw %}",
  "{% capture x %}{{ name }}{% endcapture %}{{ x | raw }}",
  "{% increment n %}",
  "{% tablerow i in (1..3) %}{{ i }}{% endtablerow %}",
  "{% cycle 'a', 'b' %}",
  ...["constructor", "constructor.constructor", "__proto__", "prototype", "toString", "__proto__.polluted", "constructor.name", "length"].flatMap((path) => [
    `{{ name.${path} }}`,
    `{{ ${path} }}`,
    `{{ name["${path}"] }}`,
  ]),
  ...[
    "raw",
    "json",
    "jsonify",
    "inspect",
    "where_exp: 'x', 'x'",
    "find_exp: 'x', 'x'",
    "url_decode",
    "base64_decode",
    "date: '%s'",
    "hmac_sha256: 'k'",
    "newline_to_br",
  ].map((filter) => `{{ name | ${filter} }}`),
  "{{ process.env.HOME }}",
  "{{ globalThis }}",
  "{{ name | append: '<script>' }}",
  "{{ '<script>alert(1)</script>' }}",
  "{% assign x = '<script>' %}{{ x }}",
  "{% if name.constructor %}constructor{% endif %}",
];

/** Counts how often anything asks for a file, also through names that were imported before. */
const countFileAccess = () => {
  const ways = ["readFileSync", "readFile", "openSync", "open", "statSync", "stat", "realpathSync", "realpath", "existsSync", "createReadStream"] as const;
  const spies = ways.map((name) => vi.spyOn(fs, name));
  syncBuiltinESMExports();
  return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
};

describe("templates of strangers", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });
  const values: Values = { name: "<script>alert(1)</script>" };

  it(`get nowhere: ${ATTACKS.length} attacks`, () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(50);
    const filesAsked = countFileAccess();
    const escapes: string[] = [];
    let slowest = 0;
    for (const attack of ATTACKS) {
      const begun = performance.now();
      let html = "";
      try {
        html = renderMail(template(attack), values).html;
      } catch (error) {
        if (!isDomainError(error) || !["template_invalid", "template_failed"].includes(error.code)) escapes.push(`${attack}: ${String(error)}`);
      }
      slowest = Math.max(slowest, performance.now() - begun);
      escapes.push(...LEAKS.filter((leak) => html.includes(leak)).map((leak) => `${attack}: ${leak}`));
    }
    const files_read = filesAsked();
    expect(escapes).toEqual([]);
    expect(files_read).toBe(0);
    expect(slowest).toBeLessThan(MOST_MS);
    figures("S21", { attacks: ATTACKS.length, escapes: escapes.length, files_read, "slowest attack, ms": Math.round(slowest) });
  });
  it("would be seen if they read a file", () => {
    const filesAsked = countFileAccess();
    expect(() => new Liquid().parseAndRenderSync("{% include 'no-such-file' %}")).toThrow(/ENOENT/);
    expect(filesAsked()).toBeGreaterThan(0);
  });
});
