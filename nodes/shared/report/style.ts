/** How a report looks: light and dark, on a phone and on paper; no font and no picture of elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f7f7f8;--card:#fff;--text:#1c1f26;--soft:#596070;--edge:#e1e4ea;--fill:#f3f4f7;--ok:#3d7a5c;--bad:#b3261e;--on:#2f63c0;--wait:#8a5a00;--off:#666d7a;--bad-fill:#fdf0ef}
@media (prefers-color-scheme:dark){:root{--page:#17181c;--card:#202227;--text:#e8eaef;--soft:#a4abb9;--edge:#353841;--fill:#292c33;--ok:#6dbd94;--bad:#ff8f87;--on:#85aef5;--wait:#e0b25c;--off:#a0a6b2;--bad-fill:#3a2423}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,footer{max-width:64rem;margin:0 auto;padding:0 1.25rem}
footer{color:var(--soft);font-size:13px;padding-bottom:2rem}
header,section{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:1.1rem 1.4rem;margin:1rem 0}
h1{font-size:1.5rem;line-height:1.25;margin:.15rem 0 .6rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:0 0 .6rem}
h3{font-size:13px;color:var(--soft);font-weight:600;margin:.8rem 0 .3rem}
p{margin:.4rem 0}
.of,.more,.none,.fold{color:var(--soft);font-size:13.5px;overflow-wrap:anywhere}
.state{display:inline-block;border:1px solid;border-radius:99px;padding:.05rem .7rem;font-weight:600;font-size:13.5px}
.state::before{content:"✓ "}.state.bad::before{content:"✕ "}.state.on::before{content:"▸ "}.state.wait::before{content:"‖ "}.state.off::before{content:"⁄ "}.state.note::before{content:""}
.ok{--c:var(--ok)}.bad{--c:var(--bad)}.on{--c:var(--on)}.wait{--c:var(--wait)}.off{--c:var(--off)}.note{--c:var(--off)}
.state,.steps em{color:var(--c)}
.reason{background:var(--bad-fill);border-color:var(--bad)}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.6rem 0 0}
.facts dd{margin:0}
dt{color:var(--soft);font-size:13px;font-weight:600;margin-top:.7rem}
.facts dt{margin:0}
dd p{margin:0}
dd{margin:.15rem 0 0;overflow-wrap:anywhere}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;unicode-bidi:plaintext}
pre.json,code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre.json{background:var(--fill);border-radius:6px;padding:.6rem .8rem}
ul{margin:0;padding-left:1.2rem}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.wide{overflow-x:auto;position:relative}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--edge);overflow-wrap:anywhere}
th{color:var(--soft);font-size:13px;font-weight:600}
.chart{font-size:0;color:transparent}
.line{display:block;width:100%;height:auto}
.line text{font-size:13px;fill:var(--text)}
.line text.axis{fill:var(--soft);font-size:12px}
.line text.bad{fill:var(--bad)}
.grid{stroke:var(--edge)}
.bar{fill:var(--c)}
.line .note.bar{fill:var(--card);stroke:var(--c);stroke-width:1.5}
.pale{opacity:.55}
.mark{fill:none;stroke:var(--c);stroke-width:2;stroke-linecap:round}
.bars{display:none;list-style:none;padding:0}
.bars li{padding:.3rem 0}
.who{font-size:13.5px;overflow-wrap:anywhere}
.bars .took{float:right;color:var(--soft);font-size:13px}
.track{display:block;background:var(--fill);border-radius:3px;overflow:hidden}
.track i{display:block;height:9px;min-width:4px;max-width:100%;border-radius:3px;background:var(--c)}
.chart:not(:has(svg))+.bars{display:block}
.steps{list-style:none;margin:0;padding:0}
.steps li{border-top:1px solid var(--edge);padding:.4rem 0 .4rem .7rem;border-left:3px solid transparent}
.steps .bad{border-left-color:var(--bad)}
.steps p{margin:0}
.steps summary{cursor:pointer}
.steps summary,.steps p{overflow-wrap:anywhere}
small{display:inline-block;min-width:1.6rem;color:var(--soft);font-size:13px}
.steps i{color:var(--soft);font-style:normal}
.steps em{font-style:normal;font-weight:600}
.steps summary span,.steps li>p span{color:var(--soft);font-size:13.5px}
.steps .why,.steps li>p .why{display:block;color:var(--bad);padding-left:1.9rem}
details[open]{padding-bottom:.5rem}
@media (max-width:640px){main,footer{padding:0 .6rem}header,section{padding:.9rem 1rem}.chart{display:none}.bars{display:block}th,td{min-width:7rem}}
@media print{body{background:none}header,section{border:0;padding:0;break-inside:auto}.steps li{break-inside:avoid}details::details-content{content-visibility:visible;block-size:auto}}
`;
