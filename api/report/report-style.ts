/** How the report looks, on a screen and on A4. */
export const REPORT_STYLE = `
@page{size:A4;margin:16mm 14mm}
*{box-sizing:border-box}
body{margin:0;background:#eef0f2;color:#1b1f24;font:14px/1.45 Helvetica,Arial,"Liberation Sans",sans-serif}
main{max-width:820px;margin:24px auto;padding:32px 40px;background:#fff;border:1px solid #d0d7de}
header{border-bottom:2px solid #1b1f24;margin-bottom:20px;padding-bottom:12px}
h1{font-size:26px;margin:0 0 4px}h1 small{font-weight:normal;color:#57606a}
h2{font-size:16px;margin:26px 0 8px;border-bottom:1px solid #d0d7de;padding-bottom:3px;break-after:avoid}
p{margin:6px 0}.kind{color:#57606a;text-transform:uppercase;letter-spacing:.08em;font-size:11px;margin:0}
.facts,.small,small{color:#57606a}.small,.small li{font-size:12px}small{font-size:11px;white-space:nowrap}
.strong{font-weight:bold}
ul{margin:6px 0;padding-left:18px}
.decision{font-weight:bold;padding:8px 12px;border-left:5px solid #9a6700;background:#fff8e1}
.decision.pass{border-color:#1a7f37;background:#e9f7ec}.decision.fail{border-color:#b42318;background:#fdecea}
.figures{display:flex;flex-wrap:wrap;gap:10px 28px;margin:14px 0 0}.figures div{min-width:96px}
.figures dt{font-size:11px;color:#57606a}.figures dd{margin:0;font-size:20px}
.table{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:8px 0;font-size:12.5px}
thead{display:table-header-group}tr{break-inside:avoid}
th{text-align:left;border-bottom:1.5px solid #57606a;padding:4px 8px 4px 0;vertical-align:bottom}
td{border-bottom:1px solid #e4e8ec;padding:4px 8px 4px 0;vertical-align:top;overflow-wrap:anywhere}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{overflow-wrap:normal;white-space:nowrap}td.number small{display:block}
.verdict{font-weight:bold;white-space:nowrap}.verdict.pass{color:#1a7f37}.verdict.fail{color:#b42318}.verdict.inconclusive{color:#9a6700}
figure{margin:10px 0;break-inside:avoid}svg{max-width:100%;height:auto}
svg .paper{fill:#fff!important}svg .ink{fill:#1b1f24!important}svg .faint{fill:#57606a!important}
svg .grid{stroke:#d0d7de!important}svg .axis{stroke:#57606a!important}
.definitions{columns:2;column-gap:28px}.definitions dt{font-weight:bold;break-after:avoid}.definitions dd{margin:0 0 5px;break-before:avoid}
@media (max-width:640px){main{padding:18px 14px;margin:0;border:0}}
@media print{body{background:#fff;font-size:10.5pt}main{max-width:none;margin:0;padding:0;border:0}.table{overflow:visible}
table{font-size:9pt}.decision,.verdict{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
