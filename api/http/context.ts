/** What the routes work with. */

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { RulePack } from '../../compliance/index.js';
import type { AuditEntry, AuditLog } from '../../dialer/audit/index.js';
import type { CampaignView } from '../../dialer/core/view.js';
import type { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import type { RegistryImporter } from '../../dialer/dnc/registry-importer.js';
import type { Engine, OperatorRequest } from '../../dialer/engine.js';
import type { Metrics } from '../metrics/metrics.js';
import type { StoreFigures } from '../metrics/store-figures.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import { withDeadline } from './deadline.js';
import type { EngineViews } from './engine-views.js';
import type { EventHub } from './event-hub.js';
import type { KeyRing } from './identity/keys.js';
import type { LoginThrottle } from './identity/login-throttle.js';
import { principalOf } from './identity/principal.js';
import type { SessionBook, SessionTimes } from './identity/sessions.js';
import type { UserBook } from './identity/users.js';
import type { ListImporter } from './list-importer.js';
import type { OverviewSource } from './overview.js';
import type { DefaultCountry } from './phone-numbers.js';
import { engineProblem, Problem } from './problem.js';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface Context {
  readonly engine: Engine;
  readonly audit: AuditLog;
  readonly views: EngineViews;
  readonly keys: KeyRing;
  readonly users: UserBook;
  readonly sessions: SessionBook;
  readonly sessionTimes: SessionTimes;
  readonly logins: LoginThrottle;
  readonly lists: ListImporter;
  /** Rule packs in force. */
  readonly packs: readonly RulePack[];
  /** Do-not-call registries, and whether calls are refused for want of one. */
  readonly registries: Registries | undefined;
  readonly events: EventHub;
  readonly webhooks: Webhooks;
  readonly figures: StoreFigures;
  readonly metrics: Metrics;
  readonly overview: OverviewSource;
  /** Records of calls are kept so long. */
  readonly retentionDays: number;
  /** Folder with the recordings; undefined where the service cannot reach it. */
  readonly recordingsDirectory: string | undefined;
  readonly now: () => number;
  readonly defaultCountry: DefaultCountry;
  readonly publicOverview: boolean;
  readonly limits: ServerLimits;
  readonly version: string;
}

export interface Registries {
  readonly held: RegistryCatalogue;
  readonly importer: RegistryImporter;
  /** Calls are refused for want of a registry that their rules ask for. */
  readonly required: boolean;
}

export interface ServerLimits {
  /** Bodies in JSON, bytes. */
  readonly bodyBytes: number;
  /** JSON bodies with contacts, bytes. */
  readonly contactsBodyBytes: number;
  /** Lists in CSV, bytes. */
  readonly importBytes: number;
  /** Files of registries, bytes. */
  readonly registryBytes: number;
  /** An import of a registry that is over within so long is answered with what became of it, milliseconds. */
  readonly shortImportMilliseconds: number;
  /** Event streams open at once. */
  readonly eventStreams: number;
  /** Streams of single agents open at once. */
  readonly agentStreams: number;
  /** Longest wait for the engine or the store on a request, milliseconds. */
  readonly requestMilliseconds: number;
  /** An open event stream asks after so long whether whoever reads it still may, milliseconds. */
  readonly accessCheckMilliseconds: number;
  /** Silence on an event stream after which a comment is sent, milliseconds. */
  readonly heartbeatMilliseconds: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 256 * 1024,
  contactsBodyBytes: 16 * 1024 * 1024,
  importBytes: 2 * 1024 * 1024 * 1024,
  registryBytes: 8 * 1024 * 1024 * 1024,
  shortImportMilliseconds: 1_500,
  eventStreams: 200,
  agentStreams: 2_000,
  requestMilliseconds: 15_000,
  accessCheckMilliseconds: 10_000,
  heartbeatMilliseconds: 15_000,
};

/** Who asks, as the engine records it. */
export function actorOf(request: FastifyRequest): string {
  const { name, role } = principalOf(request);
  return `${name} (${role})`;
}

/**
 * Runs a request on the engine; `audit` is recorded with what it changes, in one transaction.
 *
 * @throws Problem when it is refused or takes too long
 */
export async function command(context: Context, request: OperatorRequest, audit?: AuditEntry): Promise<void> {
  const reply = await withDeadline(
    context.engine.request(request, audit).catch((cause: unknown) => {
      throw Object.assign(new Problem('not_available', 'The engine has stopped: try again when it runs.'), {
        cause,
      });
    }),
    context.limits.requestMilliseconds,
    () =>
      new Problem(
        'not_available',
        'The engine did not answer in time; the request may still take effect. Look at the state before you send it again.',
      ),
  );
  context.views.invalidate();
  if (!reply.ok) throw engineProblem(reply.code, reply.message);
}

/** @throws Problem when there is no such campaign. */
export function campaignOf(context: Context, id: string): CampaignView {
  const found = context.views.current().campaigns.find((c) => c.record.settings.id === id);
  if (found === undefined) {
    throw new Problem(
      'campaign_not_found',
      `There is no campaign ${id}: GET /v1/campaigns lists those there are.`,
    );
  }
  return found;
}
