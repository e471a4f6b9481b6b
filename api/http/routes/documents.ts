/** /openapi.json and /docs, and the console's files at /. */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { App } from '../context.js';
import { docsPage } from '../docs-page.js';

/** Pages run their own scripts and styles, talk to this server, and are shown in no frame. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function documentRoutes(app: App, consoleDirectory: string | undefined): Promise<void> {
  app.get(
    '/openapi.json',
    { schema: { operationId: 'openapi', tags: ['operations'], summary: 'This interface as OpenAPI 3.1' } },
    async (_request, reply) => reply.send(app.swagger()),
  );

  let page: { readonly html: string; readonly css: string } | undefined;
  app.get(
    '/docs',
    {
      schema: { operationId: 'docs', tags: ['operations'], summary: 'This interface as a page', hide: true },
    },
    async (_request, reply) => {
      page ??= docsPage(app.swagger());
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', PAGE_POLICY)
        .send(page.html);
    },
  );
  app.get('/docs.css', { schema: { operationId: 'docs', hide: true } }, async (_request, reply) => {
    page ??= docsPage(app.swagger());
    return reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(page.css);
  });

  if (consoleDirectory === undefined || !existsSync(consoleDirectory)) return;
  await app.register(fastifyStatic, {
    root: consoleDirectory,
    serve: false,
    index: false,
    cacheControl: false,
  });
  const files = [
    ['/', 'index.html'],
    ['/console.js', 'console.js'],
    ['/console.css', 'console.css'],
    ['/favicon.svg', 'favicon.svg'],
    ['/agent', 'agent.html'],
    ['/agent.js', 'agent.js'],
    ['/agent.css', 'agent.css'],
  ] as const;
  for (const [url, file] of files) {
    app.get(url, { schema: { operationId: 'console', hide: true } }, async (_request, reply) =>
      reply.header('content-security-policy', PAGE_POLICY).header('cache-control', 'no-cache').sendFile(file),
    );
  }
}
