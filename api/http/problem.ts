/** Errors of the HTTP interface: RFC 9457 problem details, and the table of their codes. */

/** One wrong field of a request: what is wrong with it and the remedy. */
export interface FieldError {
  /** Where: `name`, `stages.pilot.share`, `query limit`, `header idempotency-key`. */
  readonly field: string;
  readonly detail: string;
}

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

/** Every code that an answer can carry. The /docs page is made from this table. */
export const PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'The request is not valid',
    meaning: 'A field is missing, unknown or has a wrong value. `errors` names each field and the remedy.',
  },
  malformed_request: {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The body is not JSON, or the request is not HTTP. Correct it and send it again.',
  },
  key_missing: {
    status: 401,
    title: 'Log in, or send an API key',
    meaning: 'Log in with POST /v1/session, or send the header `Authorization: Bearer KEY`.',
  },
  key_wrong: {
    status: 401,
    title: 'The API key is not valid',
    meaning: 'The key is unknown or revoked. Ask an administrator for another.',
  },
  login_failed: {
    status: 401,
    title: 'The user name or the password is wrong',
    meaning:
      'Check both; after some failures the next attempts wait. An administrator can set another password.',
  },
  session_ended: {
    status: 401,
    title: 'The session has ended',
    meaning:
      'It was idle or open for too long, or the password or the rights of the user were changed. Log in again.',
  },
  role_lacking: {
    status: 403,
    title: 'Your role does not allow it',
    meaning: 'Use a key or a user with one of the roles that `detail` names.',
  },
  csrf_failed: {
    status: 403,
    title: 'The request does not come from our own page',
    meaning: 'Send `csrfToken` of GET /v1/session as the header X-CSRF-Token, from a page of this service.',
  },
  route_not_found: {
    status: 404,
    title: 'There is nothing at this address',
    meaning: 'See /docs for the addresses and their methods.',
  },
  switch_not_found: {
    status: 404,
    title: 'No such switch',
    meaning: 'GET /v1/switches lists the switches.',
  },
  campaign_not_found: {
    status: 404,
    title: 'No such campaign',
    meaning: 'GET /v1/campaigns lists the campaigns.',
  },
  document_not_found: {
    status: 404,
    title: 'There is none of this id',
    meaning: '`detail` says where those that there are are listed.',
  },
  caller_id_not_found: {
    status: 404,
    title: 'The number is not in this pool',
    meaning: 'GET /v1/caller-id-pools/{id}/numbers lists its numbers.',
  },
  version_not_found: {
    status: 404,
    title: 'No such version',
    meaning: '`detail` says where the versions are listed.',
  },
  agent_not_found: { status: 404, title: 'No such agent', meaning: 'GET /v1/agents lists the agents.' },
  recording_notice_missing: {
    status: 409,
    title: 'A recording needs a notice',
    meaning: 'A rule pack lets the call be recorded only with recording.announcement of the campaign.',
  },
  recording_not_found: {
    status: 404,
    title: 'No recording',
    meaning: 'The conversation was not recorded, or its recording was deleted after its retention.',
  },
  contact_not_found: {
    status: 404,
    title: 'No such contact',
    meaning: 'GET /v1/campaigns/{id}/contacts lists the contacts of a campaign.',
  },
  attempt_not_found: {
    status: 404,
    title: 'No such attempt',
    meaning: 'GET /v1/attempts lists the attempts.',
  },
  sample_not_drawn: {
    status: 404,
    title: 'Samples not drawn',
    meaning: 'The samples of a campaign are drawn when it starts.',
  },
  list_not_found: {
    status: 404,
    title: 'No such list',
    meaning: 'GET /v1/campaigns/{id}/lists lists the lists of a campaign.',
  },
  callback_not_found: {
    status: 404,
    title: 'The contact waits for no callback',
    meaning: 'GET /v1/callbacks lists the callbacks that wait.',
  },
  import_not_found: {
    status: 404,
    title: 'No such import',
    meaning: 'Imports are kept while the service runs; start it again if it is not there.',
  },
  registry_import_not_found: {
    status: 404,
    title: 'No such import of a registry',
    meaning:
      'The latest hundred since the start are kept; GET /v1/dnc/lists says which versions are in force.',
  },
  simulation_not_found: {
    status: 404,
    title: 'No such simulation',
    meaning: 'The latest fifty are kept while the service runs; GET /v1/simulations lists them.',
  },
  key_not_found: { status: 404, title: 'No such API key', meaning: 'GET /v1/keys lists the keys.' },
  user_not_found: { status: 404, title: 'No such user', meaning: 'GET /v1/users lists the users.' },
  number_not_listed: {
    status: 404,
    title: 'The number is not on this list',
    meaning: 'GET /v1/dnc/{number} says on which lists a number is.',
  },
  job_not_found: {
    status: 404,
    title: 'No such job',
    meaning: 'Jobs are kept while the service runs; start it again if it is not there.',
  },
  webhook_not_found: {
    status: 404,
    title: 'No such webhook',
    meaning: 'GET /v1/webhooks lists the webhooks.',
  },
  area_not_found: {
    status: 404,
    title: 'No such emergency area',
    meaning: 'GET /v1/compliance/emergency-areas lists the areas.',
  },
  conflict: {
    status: 409,
    title: 'The request does not fit the present state',
    meaning: '`detail` says what the state is and what would be possible.',
  },
  callback_not_allowed: {
    status: 409,
    title: 'Nobody may call back then',
    meaning: '`detail` says why, and when the next time is that is allowed.',
  },
  pilot_too_small: {
    status: 409,
    title: 'The pilot has measured too little',
    meaning: 'A forecast needs 30 attempts, conversations, wrap-ups and dispositions of the pilot at least.',
  },
  request_in_progress: {
    status: 409,
    title: 'A request with this Idempotency-Key is under way',
    meaning: 'Wait for its answer, or send the request again in a moment.',
  },
  version_stale: {
    status: 412,
    title: 'It was changed since it was read',
    meaning: 'Fetch it again, and send the change with the new ETag in If-Match.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'Send less in one request; large lists go in as text/csv.',
  },
  address_too_long: { status: 414, title: 'The address is too long', meaning: 'Shorten the address.' },
  media_type_unsupported: {
    status: 415,
    title: 'The media type of the body is not supported',
    meaning: 'Send `Content-Type: application/json`; contacts are also taken as `text/csv`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    meaning: 'Use a new key for a new request; the same key only repeats the same request.',
  },
  list_invalid: {
    status: 422,
    title: 'The list cannot be imported',
    meaning: '`detail` names what is wrong with the file and the remedy.',
  },
  if_match_missing: {
    status: 428,
    title: 'If-Match is missing',
    meaning: 'Send the ETag of the version that was read as If-Match, so that no change of others is lost.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'Wait for as many seconds as Retry-After says; RateLimit-Remaining tells how many are left.',
  },
  too_many_logins: {
    status: 429,
    title: 'Too many failed logins',
    meaning: 'Wait for as many seconds as Retry-After says, then try again.',
  },
  internal: {
    status: 500,
    title: 'The service failed on this request',
    meaning: 'The log has the cause under the request id in `instance`.',
  },
  not_available: {
    status: 503,
    title: 'The service cannot do this now',
    meaning: 'It is starting, stopping, or its store refuses writes. Send the request again later.',
  },
  too_many_simulations: {
    status: 503,
    title: 'Too many simulations wait',
    meaning: 'Cancel one with DELETE /v1/simulations/{id}, or try again later.',
  },
  too_many_streams: {
    status: 503,
    title: 'Too many event streams are open',
    meaning: 'Close a stream, or try again later.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of an error answer, `application/problem+json`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
}

/** An error that the client is told about. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  /** Fastify reads this one. */
  readonly statusCode: number;
  /** Seconds after which to try again, for the header Retry-After. */
  readonly retryAfter: number | undefined;

  /** `detail`: one line that names what is wrong and the remedy. */
  constructor(code: ProblemCode, detail?: string, errors?: readonly FieldError[], retryAfter?: number) {
    super(detail ?? PROBLEMS[code].meaning);
    this.name = 'Problem';
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.statusCode = this.status;
    this.errors = errors;
    this.retryAfter = retryAfter ?? (this.status === 503 ? 5 : undefined);
  }

  body(instance?: string): ProblemBody {
    return {
      type: `/docs#${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(instance === undefined ? {} : { instance }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
    };
  }
}

/** A problem about one field. */
export function fieldProblem(field: string, detail: string): Problem {
  return new Problem('validation_failed', `${field} ${detail}`, [{ field, detail }]);
}

/** Codes of the engine's replies that are more than "the state does not allow it". */
const ENGINE_CODES: Readonly<Record<string, ProblemCode>> = {
  campaign_not_found: 'campaign_not_found',
  agent_not_found: 'agent_not_found',
  recording_notice_missing: 'recording_notice_missing',
  attempt_not_found: 'attempt_not_found',
  contact_not_found: 'contact_not_found',
  switch_not_found: 'validation_failed',
  pacing_unknown: 'validation_failed',
  calling_hours_invalid: 'validation_failed',
  schedule_invalid: 'validation_failed',
  gate_impossible: 'validation_failed',
  callback_in_the_past: 'validation_failed',
  reason_required: 'validation_failed',
  caller_id_not_found: 'caller_id_not_found',
  version_stale: 'version_stale',
  stopping: 'not_available',
  switch_busy: 'not_available',
  switch_unreachable: 'not_available',
  destination_not_allowed: 'validation_failed',
};

/** The problem for an engine reply that is not ok: a conflict, unless its code says otherwise. */
export function engineProblem(code: string, message: string): Problem {
  return new Problem(Object.hasOwn(ENGINE_CODES, code) ? ENGINE_CODES[code]! : 'conflict', message);
}

/** The problem for whatever was thrown; `internal` tells nothing of the cause. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode, message } = describeError(error);
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('media_type_unsupported');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body_too_large');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('malformed_request', 'The body is empty: send a JSON object.');
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new Problem('not_available', 'The service took too long to answer: try again later.');
    case 'store_closed':
    case 'store_overloaded':
    case 'store_deadline':
    case 'store_unavailable':
    case 'store_full':
    case 'store_fenced':
    case 'store_failed':
      return new Problem('not_available', 'The store does not take this now: try again later.');
    case 'FST_ERR_BAD_URL':
      return new Problem('malformed_request', 'The address has a wrong %-escape: encode it again.');
  }
  if (statusCode === 414) return new Problem('address_too_long');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem('malformed_request', `The request cannot be read: ${message}`);
  }
  return new Problem('internal');
}

function describeError(error: unknown): {
  readonly code: string;
  readonly statusCode: number | undefined;
  readonly message: string;
} {
  if (!(error instanceof Error)) return { code: '', statusCode: undefined, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const statusCode =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  return { code, statusCode, message: error.message };
}
