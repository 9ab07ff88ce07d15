/** The style sheet of the report. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #1b1e23; --soft: #5f6672; --line: #e3e5e8; --paper: #ffffff; --raised: #f6f7f8;
  --plot-background: var(--paper);
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6ea; --soft: #9aa1ad; --line: #2d3138; --paper: #15171b; --raised: #1d2025; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1120px; margin: 0 auto; padding: 56px 24px 96px; }
h1 { font-size: 34px; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; margin: 0 0 8px; }
h2 { font-size: 20px; font-weight: 620; letter-spacing: -0.01em; margin: 64px 0 12px; }
h3 { font-size: 15px; font-weight: 600; margin: 0; }
p { margin: 0 0 8px; max-width: 84ch; }
.soft, figcaption { color: var(--soft); font-size: 14px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, pre:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; margin: 8px 0 16px; }
th, td { text-align: right; padding: 8px 0 8px 24px; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { font-weight: 500; color: var(--soft); font-size: 13px; vertical-align: bottom; }
th:first-child { text-align: left; padding-left: 0; }
tbody th { font-weight: 400; white-space: normal; min-width: 112px; }
.scroll th:first-child { position: sticky; left: 0; background: var(--paper); }
.text th, .text td { text-align: left; vertical-align: top; white-space: normal; }
.text th { color: var(--soft); padding-right: 16px; }
.text td { padding-left: 0; width: 100%; overflow-wrap: anywhere; }
details { margin: 16px 0; }
summary { cursor: pointer; color: var(--soft); font-size: 15px; width: fit-content; }
pre { overflow-x: auto; background: var(--raised); padding: 12px 16px; font: 13px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
a { color: inherit; }
.contents { padding-left: 20px; }
article + article { border-top: 1px solid var(--line); margin-top: 72px; }
.experiment h2 { font-size: 26px; margin-bottom: 4px; }
fieldset { border: 0; padding: 0; margin: 0 0 24px; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; }
fieldset legend { float: left; color: var(--soft); padding: 0; margin-right: 18px; }
fieldset input { accent-color: var(--ink); margin: 0 2px 0 0; vertical-align: -1px; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; }
code { font: 13px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 8px; background: var(--colour); }
.swatch-line { margin-right: 8px; }
button .swatch, button .swatch-line { flex: none; }
.legend {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 6px; padding: 12px 0;
  background: var(--paper); border-bottom: 1px solid var(--line); margin-bottom: 16px;
}
button {
  font: inherit; font-size: 14px; color: var(--ink); background: var(--raised); cursor: pointer;
  border: 1px solid var(--line); border-radius: 18px; padding: 4px 14px;
  display: inline-flex; align-items: baseline; max-width: 100%; text-align: left; overflow-wrap: anywhere;
}
button:hover { border-color: var(--soft); }
button:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
button[aria-pressed="false"] { color: var(--soft); background: none; }
button[aria-pressed="false"] .swatch-line { opacity: 0.3; }
button[aria-pressed="false"] .swatch { background: none; box-shadow: inset 0 0 0 2px var(--soft); }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 36px 32px; }
figure { margin: 0; min-width: 0; }
figure svg { display: block; max-width: 100%; overflow: visible; }
.differences, .sensitivity { max-width: 720px; margin-top: 24px; }
.differences:empty, section:empty { display: none; }
.problems li { margin-bottom: 4px; }
@media (max-width: 560px) { main { padding: 32px 16px 64px; } h1 { font-size: 27px; } h2 { margin-top: 48px; } }
@media (max-width: 560px) { .legend { position: static; } }
@media print { .legend { position: static; } .downloads, .axis { display: none; } }
`;
