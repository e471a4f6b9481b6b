/** The OpenAPI document as one plain page, made on the server: no script, nothing from elsewhere. */
import { PROBLEMS } from './problem.js';

type Json = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function docsPage(document: object): { readonly html: string; readonly css: string } {
  const api = document as Json;
  const info = record(api['info']);
  const tags = list(api['tags']).map(record);
  const operations = Object.entries(record(api['paths'])).flatMap(([path, item]) =>
    METHODS.filter((method) => method in record(item)).map((method) => ({
      path,
      method,
      operation: record(record(item)[method]),
    })),
  );
  const sections = tags.map((tag) => {
    const name = text(tag['name']);
    const own = operations.filter(({ operation }) => list(operation['tags']).includes(name));
    return `<section id="${escapeHtml(name)}"><h2>${escapeHtml(name)}</h2><p>${escapeHtml(text(tag['description']))}</p>${own
      .map((o) => operationHtml(o.method, o.path, o.operation))
      .join('')}</section>`;
  });
  const errors = Object.entries(PROBLEMS)
    .map(
      ([code, p]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${p.status}</td><td>${escapeHtml(p.title)}</td><td>${markup(p.meaning)}</td></tr>`,
    )
    .join('');
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(text(info['title']))} API</title><link rel="stylesheet" href="/docs.css"></head><body><nav><strong>${escapeHtml(text(info['title']))} API</strong> <span>${escapeHtml(text(info['version']))}</span>${tags.map((t) => `<a href="#${escapeHtml(text(t['name']))}">${escapeHtml(text(t['name']))}</a>`).join('')}<a href="#errors">errors</a><a href="/openapi.json">openapi.json</a></nav><main><h1>${escapeHtml(text(info['title']))} API</h1><p>${escapeHtml(text(info['description']))}</p><p>Send <code>Authorization: Bearer KEY</code>. The first admin key is written to <code>admin.key</code> in the data folder when the service starts for the first time.</p>${sections.join('')}<section id="errors"><h2>errors</h2><p>Every error is <code>application/problem+json</code> with a <code>code</code> of this table.</p><div class="wide"><table><tr><th>Code</th><th>Status</th><th>Title</th><th>What to do</th></tr>${errors}</table></div></section></main></body></html>`;
  return { html, css: CSS };
}

function operationHtml(method: string, path: string, operation: Json): string {
  const parameters = list(operation['parameters']).map(record);
  const content = record(record(operation['requestBody'])['content']);
  const responses = Object.entries(record(operation['responses']));
  const bodies = Object.entries(content).map(([type, media]) => {
    const schema = record(record(media)['schema']);
    const example = record(media)['example'];
    return `<h4>Body <code>${escapeHtml(type)}</code></h4>${fieldsHtml(schema)}${
      example === undefined ? '' : `<pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`
    }`;
  });
  const rows = parameters.map((p) => {
    const schema = record(p['schema']);
    return `<tr><td><code>${escapeHtml(text(p['name']))}</code></td><td>${escapeHtml(text(p['in']))}${p['required'] === true ? ', required' : ''}</td><td>${escapeHtml(typeOf(schema))}</td><td>${markup(text(p['description'] ?? schema['description']))}</td></tr>`;
  });
  const description = text(operation['description']);
  return `<details id="${escapeHtml(text(operation['operationId']))}"><summary><b class="${method}">${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> <span>${escapeHtml(text(operation['summary']))}</span></summary><div>${description === '' ? '' : `<p>${markup(description)}</p>`}${
    rows.length === 0 ? '' : `<h4>Parameters</h4><div class="wide"><table>${rows.join('')}</table></div>`
  }${bodies.join('')}<h4>Answers</h4><ul>${responses
    .map(
      ([status, r]) =>
        `<li><b>${escapeHtml(status)}</b> ${escapeHtml(text(record(r)['description']))}${answerType(record(r))}</li>`,
    )
    .join('')}</ul></div></details>`;
}

function answerType(response: Json): string {
  const media = record(Object.values(record(response['content']))[0]);
  const schema = record(media['schema']);
  const properties = Object.keys(record(schema['properties']));
  if (properties.length === 0) return '';
  return ` <span class="quiet">{ ${escapeHtml(properties.join(', '))} }</span>`;
}

function fieldsHtml(schema: Json): string {
  const object = schema['type'] === 'array' ? record(schema['items']) : schema;
  const required = list(object['required']);
  const rows = Object.entries(record(object['properties'])).map(([name, value]) => {
    const field = record(value);
    return `<tr><td><code>${escapeHtml(name)}</code></td><td>${required.includes(name) ? 'required' : ''}</td><td>${escapeHtml(typeOf(field))}</td><td>${markup(text(field['description']))}</td></tr>`;
  });
  return rows.length === 0 ? '' : `<div class="wide"><table>${rows.join('')}</table></div>`;
}

function typeOf(schema: Json): string {
  const choices = list(schema['enum']);
  if (choices.length > 0) return choices.join(' | ');
  const type = text(schema['type']);
  if (type === 'array') return `list of ${typeOf(record(schema['items']))}`;
  const low = schema['minimum'];
  const high = schema['maximum'];
  return low === undefined && high === undefined
    ? type
    : `${type} ${String(low ?? '')}–${String(high ?? '')}`;
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function escapeHtml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** `code` in backquotes, and paragraphs. */
function markup(value: string): string {
  return escapeHtml(value)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll('\n\n', '<br>');
}

const CSS = `:root{color-scheme:light dark;--line:#d9dde3;--quiet:#5b6472;--card:#fff;--page:#f5f6f8;--text:#14181f;--accent:#2456d6}
@media(prefers-color-scheme:dark){:root{--line:#2b313b;--quiet:#9aa4b2;--card:#161a21;--page:#0e1116;--text:#e8ebf0;--accent:#8fb0ff}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:15px/1.55 system-ui,sans-serif}
nav{position:sticky;top:0;z-index:1;display:flex;gap:14px;align-items:center;overflow-x:auto;padding:12px 20px;background:var(--card);border-bottom:1px solid var(--line)}
nav span,.quiet{color:var(--quiet)}a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
main{max-width:1000px;margin:0 auto;padding:8px 20px 60px}section{scroll-margin-top:60px}h2{margin:36px 0 4px;text-transform:capitalize}
h4{margin:16px 0 4px}details{margin:8px 0;border:1px solid var(--line);border-radius:8px;background:var(--card)}
summary{cursor:pointer;padding:10px 14px}summary span{color:var(--quiet)}details>div{padding:0 14px 12px;border-top:1px solid var(--line)}
b.get{color:#1f7a4d}b.post{color:#2456d6}b.put,b.patch{color:#a15c00}b.delete{color:#b3261e}
@media(prefers-color-scheme:dark){b.get{color:#66d39a}b.post{color:#8fb0ff}b.put,b.patch{color:#ffb95c}b.delete{color:#ff8a80}}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{overflow-x:auto;padding:10px;border:1px solid var(--line);border-radius:6px;background:var(--page)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}td,th{padding:5px 10px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:target{background:color-mix(in srgb,var(--accent) 15%,transparent)}`;
