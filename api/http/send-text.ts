import type { FastifyReply } from 'fastify';

/** The text is JSON already; the serializer would only parse and write it again. */
export function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .type('application/json; charset=utf-8')
    .serializer((given: unknown) => String(given))
    .send(text);
}
