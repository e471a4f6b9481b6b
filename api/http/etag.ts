/**
 * Entity tags of what can be edited: `ETag: "<version>"` with an answer, and `If-Match` asked for on the edit, so that
 * nobody overwrites a change that they have not seen (RFC 9110, 13.1.1; RFC 6585, 3).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Problem } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The edit asks for If-Match: the OpenAPI document names the header. */
    readonly editsVersion?: boolean;
  }
}

/** For the OpenAPI document, on routes with `config.editsVersion`. */
export const IF_MATCH_FIELDS = {
  'if-match': Type.String({
    minLength: 1,
    maxLength: 200,
    description:
      'The ETag of the version that was read, such as "3"; * edits whatever is there. Without it the answer is 428, and 412 when somebody has changed it since.',
    examples: ['*'],
  }),
};

/** The entity tag of a version, counted from 1. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Sends the version along as the answer's ETag. */
export function withEtag(reply: FastifyReply, version: number): void {
  void reply.header('etag', etagOf(version));
}

/** The problem of an edit that was made on another version than the present one. */
export function staleVersion(what: string): Problem {
  return new Problem(
    'version_stale',
    `${what} was changed by somebody else: fetch it again, and send your change with its new ETag in If-Match.`,
  );
}

/**
 * Checks the If-Match of an edit against the version that is there.
 *
 * @param what the resource in words, for the error: `campaign spring`
 * @returns the version that the edit is for, to be handed on to where the change is made, which checks it once more
 * @throws Problem `if_match_missing` (428) without the header, `version_stale` (412) when it names another version
 */
export function expectVersion(request: FastifyRequest, current: number, what: string): number {
  const header = request.headers['if-match'];
  if (header === undefined)
    throw new Problem(
      'if_match_missing',
      `Send the ETag of the version that you have read as If-Match, for ${what} now ${etagOf(current)}.`,
    );
  const tags = header.split(',').map((tag) => tag.trim());
  // A weak tag never matches here: RFC 9110 asks for the strong comparison.
  if (!tags.includes('*') && !tags.includes(etagOf(current))) throw staleVersion(what);
  return current;
}
