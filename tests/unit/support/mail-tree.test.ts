import { describe, expect, it } from "vitest";
import { elementsOf, mailTree, textOf } from "../../support/mail-tree.ts";

describe("mailTree", () => {
  it("reads elements, attributes and text", () => {
    const tree = mailTree('<!doctype html><p title="a&quot;b" lang="">1 &lt; 2<br>&amp;amp;</p><a href="x">y</a>');
    expect(tree.children).toEqual([
      { name: "p", attributes: { title: 'a"b', lang: "" }, children: ["1 < 2", { name: "br", attributes: {}, children: [] }, "&amp;"] },
      { name: "a", attributes: { href: "x" }, children: ["y"] },
    ]);
    expect(elementsOf(tree).map(({ name }) => name)).toEqual(["p", "br", "a"]);
    expect(textOf(tree)).toBe("1 < 2&amp;y");
  });
  it.each([
    "a < b",
    "a > b",
    "a & b",
    "&copy;",
    "&#106;",
    "<p",
    "<P></P>",
    "<p>",
    "</p>",
    "<b><i></b></i>",
    "<p title=a></p>",
    "<p title='a'></p>",
    "<p title></p>",
    '<p title="a"lang="b"></p>',
    '<p title="a" title="b"></p>',
    '<p title="a>b"></p>',
    '<p title="&lt"></p>',
    "<p/>",
    "<br/>",
    "<!-- a -->",
    "<!doctype html><!doctype html>",
    "<svg:a></svg:a>",
  ])("throws at what our mails never hold: %s", (html) => {
    expect(() => mailTree(html)).toThrow();
  });
});
