import { describe, expect, it } from "vitest";
import { faultsIn, renderMail } from "../../../shared/mail/render.ts";
import { placeFaults, withSafeLinks } from "../../../shared/mail/value-places.ts";

const template = (body_html: string) => ({ subject: "Hi", body_html, variables: { x: "Anything" } });
const codesOf = (body_html: string) => faultsIn(template(body_html)).map(({ pointer, code }) => `${pointer} ${code}`);

/** Each branch leaves the value in a comment or in a text; what both leave together does not. */
const SPLIT = '{% if x == "a" %}<!--{% endif %}<p {{ x }}>{% if x == "a" %}-->{% endif %}';

describe("places of values in a template", () => {
  it("are judged once more where branches are taken that open and close what another one does not", () => {
    expect(codesOf(SPLIT)).toEqual([]);
    expect(renderMail(template(SPLIT), { x: "a" }).html).toBe("<!--<p a>-->");
    expect(() => renderMail(template(SPLIT), { x: "onclick=alert(1)" })).toThrow(/outside of quotes/);
  });
  it.each([
    "<p>{{ x }}</p>",
    "{{ x }} < {{ x }} <3",
    "<p title=\"{{ x }}\" lang='{{ x }}'>",
    '<p title = "{{ x }}">',
    '<p class="{% if x %}a{% else %}b{% endif %}" {% if x %}title="{{ x }}"{% endif %}>',
    "<title>{{ x }}</title><textarea><a {{ x }}></textarea>",
    "<!--[if mso]><table><tr><td>{{ x }}<![endif]-->",
    "<!--><p>{{ x }}</p>",
    '<a href="{{ x }}"></a><a href="https://app.example/{{ x }}?{{ x }}"></a><a href="mailto:{{ x }}"></a>',
    "<style>p{color:red}</style>{{ x }}<script>1</script>{{ x }}",
    '<p style="color:red">{{ x }}</p>',
    "<noscript>{{ x }}</noscript><template>{{ x }}</template>",
    "<b><i>{{ x }}</b></i><table>{{ x }}<tr><td>{{ x }}</table>",
    '<a href="#top"></a><img src="cid:logo"><a href="a/b:c"></a><a href=""></a>',
    "{% comment %}<a href={% endcomment %}<p>{{ x }}</p>",
  ])("are those where it is escaped: %s", (html) => {
    expect(codesOf(html)).toEqual([]);
  });
  it.each([
    "<p title={{ x }}>",
    "<p title= {{ x }}>",
    "<p title=a{{ x }}>",
    "<p {{ x }}>",
    '<p {{ x }}="a">',
    '<p title="a"{{ x }}>',
    "<p/{{ x }}>",
    "<{{ x }}>",
    "</{{ x }}>",
    "<p{{ x }}>",
    "<!doctype {{ x }}>",
    "<script>{{ x }}</script>",
    '<script>"</scripted {{ x }}</script>',
    "<STYLE>p{color:{{ x }}}</STYLE>",
    "<iframe>{{ x }}</iframe>",
    '<p onclick="{{ x }}">',
    "<p ONCLICK = \"f('{{ x }}')\">",
    '<p style="width:{{ x }}%">',
    '<iframe srcdoc="{{ x }}">',
    '<img srcset="{{ x }} 2x">',
    '<p title="a\' {{ x }}" {{ x }}>',
    "<!-- --!><p {{ x }}> -->",
    "<!--><p {{ x }}>",
    "<title></title ><p {{ x }}>",
    "<svg><title><a {{ x }}></title></svg>",
    "<svg><style>{{ x }}</style></svg>",
    '<svg><a xlink:href="javascript:{{ x }}" {{ x }}></a></svg>',
    "<select><b {{ x }}></select>",
    "<noscript><p {{ x }}></noscript>",
    "<template><p {{ x }}></template>",
    "{% comment %}<!--{% endcomment %}<p {{ x }}>{% comment %}-->{% endcomment %}",
  ])("are not: %s", (html) => {
    expect(codesOf(html)).toEqual(["/body_html markup"]);
  });
  it("are told once for each reason, beside variables that are not declared", () => {
    expect(faultsIn(template("<p {{ x }} {{ x }}><script>{{ y }}</script>")).map(({ code }) => code)).toEqual(["unknown_variable", "markup", "markup"]);
  });
  it.each(["<", "</", "<!", "<!--", "<!---->", "<!----!>", "<p ", "<p a=", '<p a="', "<p a=''", "<title>", "<title></", "<title></title>", "<xmp></xmp x"])(
    "are found in one passage, however often the template says %s",
    (text) => {
      const html = text.repeat(50_000 / text.length);
      const began = performance.now();
      withSafeLinks(html);
      placeFaults(html);
      expect(performance.now() - began).toBeLessThan(500);
    },
  );
  it("matter in HTML alone", () => {
    expect(faultsIn({ ...template("{{ x }}"), subject: "<{{ x }}>", body_text: "<a href={{ x }}>" })).toEqual([]);
  });
});

describe("addresses in a template", () => {
  it.each(["javascript:alert(1)", "JAVA\tSCRIPT:x", "data:image/png;base64,AAAA", "javascript&colon;x", "&#106;avascript:x", "x:y", " vbscript:x"])(
    "that no mail should have are refused: %j",
    (address) => {
      expect(codesOf(`<a href="${address}">`)).toEqual(["/body_html markup"]);
      expect(codesOf(`<img src='${address}'>`)).toEqual(["/body_html markup"]);
    },
  );
  it("are refused without quotes, too", () => {
    expect(placeFaults("<a href=javascript:x><b/src=data:,>")).toHaveLength(2);
  });
  it.each([
    ["javascript:alert(1)", "#"],
    ["\u00a0Data:text/html,x", "#"],
    ["https://soundcloud.com/jane/night?a=1&b=javascript:2", "https://soundcloud.com/jane/night?a=1&amp;b=javascript:2"],
    ["jane/night", "jane/night"],
    ["", ""],
  ])("are made harmless where the value %j made them", (x, href) => {
    expect(renderMail(template('<a title="{{ x }}" href="{{ x }}">x</a>'), { x }).html).toContain(` href="${href}">x</a>`);
  });
  it("are made harmless also where only a part is the value's", () => {
    expect(renderMail(template('<a href="{{ x }}script:alert(1)">x</a>'), { x: "java" }).html).toBe('<a href="#">x</a>');
    expect(renderMail(template('<a href="java{{ x }}">x</a><p>{{ x }}</p>'), { x: "script:y" }).html).toBe('<a href="#">x</a><p>script:y</p>');
  });
  it("leave what stands around them as it is", () => {
    const nested = '<b><a href="data:,"><p>x</b>y</a></p>';
    expect(withSafeLinks(nested)).toBe(nested.replace("data:,", "#"));
    const html = '<!doctype html><p title="a>b">x < y</p><a href=\'data:,\' id=1>z</a><!-- <a href="data:,"> --><img src=data:, alt="q">';
    expect(withSafeLinks(html)).toBe(html.replace("href='data:,'", 'href="#"').replace("src=data:,", 'src="#"'));
  });
});
