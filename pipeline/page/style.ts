import { colorProperties } from "./colors.js";

/** Below it charts are drawn for a phone. Pixels. */
const narrow = 640;

/** The style of every page. */
export const style = `
:root{color-scheme:light dark;${colorProperties("light")}}
@media (prefers-color-scheme:dark){:root{${colorProperties("dark")}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
.wrap{max-width:70rem;margin:0 auto;padding:0 1.25rem 4rem}
header{padding:2.5rem 0 0}
h1{font-size:1.65rem;line-height:1.25;margin:0 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.3rem;line-height:1.3;margin:3.5rem 0 .4rem;padding-top:1.2rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:2rem 0 .3rem}
p{max-width:46rem;margin:.4rem 0 .8rem}
.soft{color:var(--soft)}
.small{font-size:.875rem}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,select:focus-visible,button:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem}
code,.id{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;unicode-bidi:isolate}
pre{background:var(--panel);padding:.8rem 1rem;border-radius:6px;overflow-x:auto;margin:.6rem 0}
pre code{overflow-wrap:normal}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;margin:1.4rem 0 0;font-size:.925rem}
.verdict{margin:1.6rem 0 0;padding:1.1rem 1.3rem;background:var(--panel);border-left:6px solid var(--soft);border-radius:0 8px 8px 0}
.verdict.good{border-color:var(--good)}.verdict.warn{border-color:var(--warn)}.verdict.bad{border-color:var(--bad)}
.verdict strong{display:block;font-size:1.25rem;line-height:1.35}
.verdict p{margin:.35rem 0 0}
.good strong,.state.good{color:var(--good)}.warn strong,.state.warn{color:var(--warn)}.bad strong,.state.bad{color:var(--bad)}
.state{font-weight:600;white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:1px;margin:1.4rem 0;padding:0;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.tiles div{background:var(--page);padding:.8rem 1rem}
.tiles dt{color:var(--soft);font-size:.85rem}
.tiles dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
.tiles dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
.scroll{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:0 0 .4rem}
th,td{padding:.42rem .9rem .42rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);unicode-bidi:isolate}
th{font-weight:600;color:var(--soft);white-space:nowrap;overflow-wrap:normal}
td.number,th.number{text-align:right;white-space:nowrap}
td{overflow-wrap:break-word;max-width:26rem}
td.wide{min-width:15rem}
th:last-child,td:last-child{padding-right:.2rem}
[hidden]{display:none!important}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link);width:fit-content}
td details{margin:0}
td ul{margin:.3rem 0 0;padding:0;list-style:none}
form{display:flex;flex-wrap:wrap;gap:.8rem 1.2rem;align-items:end;margin:1rem 0}
label{display:grid;gap:.2rem;font-size:.85rem;color:var(--soft)}
select,button{font:inherit;font-size:.95rem;color:var(--ink);background:var(--page);border:1px solid var(--soft);border-radius:6px;padding:.45rem .6rem;min-height:2.6rem;max-width:100%}
output{font-size:.9rem;flex-basis:100%}
figure{margin:1.6rem 0}
figcaption{font-weight:600;margin-bottom:.2rem}
figure svg{display:block;max-width:100%;height:auto}
figure svg.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.3rem 0;padding:0;font-size:.875rem;color:var(--soft)}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.45em}
.models{display:flex;flex-wrap:wrap;gap:0 2rem;align-items:flex-start}
.models>div{max-width:100%}
.models h3{margin-top:1.4rem}
.model svg{max-width:none;font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.model text{fill:var(--ink)}
.model text .note{fill:var(--soft)}
.model .box{fill:var(--page);stroke:var(--soft)}
.model .beside{fill:var(--panel);stroke:var(--line)}
.model .rule{stroke:var(--line)}
.model .edge{fill:none;stroke:var(--before);stroke-width:1.2}
.model .head{fill:var(--before)}
.model a text{fill:var(--link);font-weight:600}
.model a:focus-visible .box{stroke:var(--link);stroke-width:3}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
@media (max-width:${narrow}px){
body{font-size:15px}
.wrap{padding:0 1rem 3rem}
header{padding-top:1.5rem}
h1{font-size:1.35rem}
figure svg.wide{display:none}
figure svg.narrow{display:block}
.tiles{grid-template-columns:1fr 1fr}
label,select{width:100%}
td.wide{min-width:12.5rem}
th,td{padding-right:.7rem}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
:root{${colorProperties("light")}}
body{font-size:10pt}
nav,form,.skip,summary{display:none}
.wrap{max-width:none;padding:0}
h2{break-after:avoid;margin-top:1.5rem}
figure,tr,.verdict{break-inside:avoid}
.scroll{overflow:visible}
.model svg{max-width:100%;height:auto}
figure svg.wide{display:block}
figure svg.narrow{display:none}
a{color:inherit;text-decoration:none}
}
`;
