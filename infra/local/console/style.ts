export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --panel: #fff; --ink: #1f1d1a; --quiet: #655f57; --line: #e4dfd8; --accent: #b3400f; --warn: #9b1c1c; --code: #f3efe9;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #161412; --panel: #1f1c19; --ink: #efeae3; --quiet: #a79f94; --line: #37322c; --accent: #ff9a62; --warn: #ff8a80; --code: #292521; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; }
header { border-bottom: 1px solid var(--line); background: var(--panel); }
header div, main { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding-block: .85rem; }
header .name { font-weight: 700; color: var(--ink); text-decoration: none; margin-right: auto; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: 0; padding: 0; }
nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
main { padding-block: 1.75rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p { max-width: 44rem; }
.quiet, td.quiet { color: var(--quiet); }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, .wide:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.cards { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); padding: 0; list-style: none; margin: 1.4rem 0; }
.cards li { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
.cards a { font-weight: 600; }
.cards p { margin: .25rem 0 0; color: var(--quiet); font-size: .93rem; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; background: var(--panel); }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; padding: .55rem .85rem; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
thead th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.bad { color: var(--warn); font-weight: 600; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .87em; }
pre { background: var(--code); padding: .85rem 1rem; border-radius: .5rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0; }
.notice { background: var(--code); border-left: 4px solid var(--accent); padding: .6rem .9rem; border-radius: .3rem; }
form.inline { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
label { font-size: .88rem; color: var(--quiet); display: grid; gap: .15rem; }
input, select { font: inherit; padding: .35rem .5rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--paper); color: var(--ink); min-width: 12rem; }
button { font: inherit; font-weight: 600; padding: .35rem .8rem; border: 1px solid var(--accent); border-radius: .35rem; background: transparent; color: var(--accent); cursor: pointer; }
button:hover { background: var(--accent); color: var(--paper); }
iframe { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: .6rem; background: #fff; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .8rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
`;
