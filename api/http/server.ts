/** The HTTP server: puts the routes, the keys, the checks and the error answers together. */

import type { Server } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyBaseLogger, type FastifyReply, LogController } from 'fastify';
import { builtinPacks, type RulePack } from '../../compliance/index.js';
import { createAuditLog } from '../../dialer/audit/index.js';
import type { Engine } from '../../dialer/engine.js';
import { longestDays, retentionPeriods } from '../../dialer/retention/index.js';
import type { Simulator } from '../../dialer/what-if/port.js';
import { createMetrics } from '../metrics/metrics.js';
import { type Address, startMetricsServer } from '../metrics/metrics-server.js';
import { StoreFigures } from '../metrics/store-figures.js';
import { registryViews } from '../registries/registry-views.js';
import type { WebhookOptions } from '../webhooks/options.js';
import { Webhooks } from '../webhooks/webhooks.js';
import { installAudit } from './audit.js';
import { type App, type Context, DEFAULT_LIMITS, type Registries, type ServerLimits } from './context.js';
import { EngineViews } from './engine-views.js';
import { EventHub } from './event-hub.js';
import { installIdempotency } from './idempotency.js';
import { installAuthentication } from './identity/authentication.js';
import { KeyRing } from './identity/keys.js';
import { LoginThrottle } from './identity/login-throttle.js';
import { type PasswordCost, Passwords } from './identity/passwords.js';
import { SESSION_TIMES, SessionBook, type SessionTimes } from './identity/sessions.js';
import { UserBook } from './identity/users.js';
import { installListAnswers } from './list-answers.js';
import type { ListImporter } from './list-importer.js';
import { installNumberPrivacy } from './number-privacy.js';
import { openApiOptions } from './openapi.js';
import { condense, EVENTS_LOOKED_AT, OverviewSource } from './overview.js';
import { Problem, problemOf } from './problem.js';
import { createRateLimiter, type RateLimits } from './rate-limit.js';
import { agentCallRoutes } from './routes/agent-calls.js';
import { agentDeskRoutes } from './routes/agent-desk.js';
import { agentProfileRoutes } from './routes/agent-profiles.js';
import { agentRoutes } from './routes/agents.js';
import { attemptRoutes } from './routes/attempts.js';
import { auditRoutes } from './routes/audit.js';
import { callableRoutes } from './routes/callable.js';
import { callbackRoutes } from './routes/callbacks.js';
import { callerIdRoutes } from './routes/caller-ids.js';
import { campaignVersionRoutes } from './routes/campaign-versions.js';
import { campaignRoutes } from './routes/campaigns.js';
import { checkRoutes } from './routes/check.js';
import { CONSENT_FILES, consentRoutes } from './routes/consent.js';
import { contactSearchRoutes } from './routes/contact-search.js';
import { contactRoutes } from './routes/contacts.js';
import { documentRoutes } from './routes/documents.js';
import { emergencyRoutes } from './routes/emergency-areas.js';
import { emergencyStopRoutes } from './routes/emergency-stop.js';
import { eventRoutes } from './routes/events.js';
import { evidenceRoutes } from './routes/evidence.js';
import { importRoutes, LIST_TYPES, ListImports } from './routes/imports.js';
import { keyRoutes } from './routes/keys.js';
import { listRoutes } from './routes/lists.js';
import { monitorRoutes } from './routes/monitors.js';
import { numberRoutes } from './routes/numbers.js';
import { operationRoutes } from './routes/operations.js';
import { packRoutes } from './routes/packs.js';
import { recordingRoutes } from './routes/recordings.js';
import { recordRoutes } from './routes/records.js';
import { REGISTRY_TYPES, registryRoutes } from './routes/registries.js';
import { reportRoutes } from './routes/reports.js';
import { resourceListRoutes } from './routes/resource-lists.js';
import { scriptRoutes } from './routes/scripts.js';
import { sessionRoutes } from './routes/session.js';
import { simulationRoutes } from './routes/simulations.js';
import { stageRoutes } from './routes/stages.js';
import { switchRoutes } from './routes/switches.js';
import { userRoutes } from './routes/users.js';
import { webhookRoutes } from './routes/webhooks.js';
import { ProblemSchema } from './schemas.js';
import { installSecurityHeaders } from './security-headers.js';
import type { TlsMaterial } from './tls.js';
import { validatorCompiler } from './validation.js';

export interface ServerOptions {
  readonly engine: Engine;
  /** Reads and imports lists. */
  readonly lists: ListImporter;
  /** Rule packs in force; absent: the built-in ones. */
  readonly packs?: readonly RulePack[];
  /** Do-not-call registries; absent: none, and none is asked for. */
  readonly registries?: Registries;
  /** Answers what-ifs; without it there are no simulations. Its owner closes it after the server. */
  readonly simulator?: Simulator;
  /** A pino logger; silent when absent. */
  readonly logger?: FastifyBaseLogger;
  /** API keys; by default those of the engine's store. */
  readonly keys?: KeyRing;
  /** Epoch milliseconds on the engine's clock. Default: the system's clock. */
  readonly now?: () => number;
  /** Real time in epoch milliseconds, for sessions and what slows guessing. Default: the system's clock. */
  readonly wallClock?: () => number;
  /** Certificate and key in PEM: the service speaks https, and nothing else. */
  readonly tls?: TlsMaterial;
  /** Addresses and networks of proxies whose X-Forwarded-… headers are believed; none when absent. */
  readonly trustProxy?: readonly string[];
  /** Origins whose pages may use the API with an API key; none when absent. */
  readonly corsOrigins?: readonly string[];
  /** Absent: there are none. */
  readonly rateLimits?: RateLimits;
  /** How long logins last, where the defaults do not fit. */
  readonly sessions?: Partial<SessionTimes>;
  /** Cost of the hashes of passwords. */
  readonly passwordCost?: PasswordCost;
  /** Records of calls are kept so long; default: what the packs ask for. */
  readonly retentionDays?: number;
  /** Folder with the recordings; none can be heard when absent. */
  readonly recordingsDirectory?: string;
  /** Where numbers without a country code belong; such numbers are refused when absent. */
  readonly defaultCountry?: string;
  /** Answer /overview.json without a key. Default true. */
  readonly publicOverview?: boolean;
  /** Serve /metrics on this address only, instead of on the service's own. */
  readonly metricsAddress?: Address;
  /** Folder with the built console. Without it there is nothing at `/`. */
  readonly consoleDirectory?: string;
  readonly limits?: Partial<ServerLimits>;
  /** Bounds of webhook deliveries, where the defaults do not fit. */
  readonly webhooks?: Partial<WebhookOptions>;
  readonly version?: string;
}

/** Requests that are under way when the server closes may take this long. */
const CLOSING_MILLISECONDS = 5_000;

/** Makes the server; `listen` starts it and `close` ends it, event streams included. */
export async function createServer(options: ServerOptions): Promise<App> {
  const { engine } = options;
  const now = options.now ?? Date.now;
  const wallClock = options.wallClock ?? Date.now;
  const limits: ServerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const version = options.version ?? '0.0.0';

  const { tls, trustProxy } = options;
  const base = fastify({
    // The types tell http and https apart; nothing here does.
    ...(tls === undefined ? {} : ({ https: { ...tls, minVersion: 'TLSv1.2' } } as object)),
    ...(trustProxy === undefined || trustProxy.length === 0 ? {} : { trustProxy: [...trustProxy] }),
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    // Addresses hold telephone numbers, so they are not logged; see the onResponse hook.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    handlerTimeout: limits.requestMilliseconds + 1_000,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // No route has been found yet, so there is no schema that types this reply.
    frameworkErrors: (error, _request, reply: Pick<FastifyReply, 'raw'>) => {
      const problem = problemOf(error);
      reply.raw.writeHead(problem.status, { 'content-type': 'application/problem+json' });
      reply.raw.end(JSON.stringify(problem.body()));
    },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return;
      const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
      const problem = new Problem(
        'malformed_request',
        tooLarge ? 'The headers are too large.' : 'This is not a well-formed HTTP request.',
      );
      const body = JSON.stringify(problem.body());
      socket.end(
        `HTTP/1.1 ${problem.status} Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });
  const app: App = base.withTypeProvider<TypeBoxTypeProvider>();

  const keys =
    options.keys ??
    new KeyRing(engine.store, Date.now, (error) =>
      app.log.error({ err: error }, 'API keys could not be read; those in memory stay valid'),
    );
  const users = new UserBook(engine.store, new Passwords(options.passwordCost), wallClock);
  const sessionTimes = { ...SESSION_TIMES, ...options.sessions };
  const sessions = new SessionBook(engine.store, users, wallClock, sessionTimes, (error) =>
    app.log.warn({ err: error }, 'sessions that have ended could not be deleted'),
  );
  const figures = new StoreFigures(engine, (error) =>
    app.log.warn({ err: error }, 'figures for the metrics could not be read'),
  );
  const events = new EventHub(engine);
  const webhooks = new Webhooks({
    events,
    store: engine.store,
    version,
    ...(options.webhooks === undefined ? {} : { options: options.webhooks }),
    onError: (error) => app.log.error({ err: error }, 'webhook deliveries wait: the store failed'),
  });
  const metrics = createMetrics(
    engine,
    figures,
    () => registryViews(options.registries?.held, now()),
    () => webhooks.figures(),
  );
  const overview = new OverviewSource(
    () => condense(engine.view(), figures, events.recent(EVENTS_LOOKED_AT)),
    (error) => app.log.error({ err: error }, 'the overview could not be made'),
  );
  const context: Context = {
    engine,
    audit: createAuditLog(engine.store, now),
    views: new EngineViews(engine),
    keys,
    users,
    sessions,
    sessionTimes,
    logins: new LoginThrottle(wallClock),
    lists: options.lists,
    packs: options.packs ?? builtinPacks,
    registries: options.registries,
    events,
    webhooks,
    figures,
    metrics,
    overview,
    recordingsDirectory: options.recordingsDirectory,
    retentionDays: options.retentionDays ?? longestDays(retentionPeriods(options.packs)),
    now,
    defaultCountry: options.defaultCountry,
    publicOverview: options.publicOverview ?? true,
    limits,
    version,
  };

  app.setValidatorCompiler(validatorCompiler);
  app.addSchema(ProblemSchema);
  app.removeContentTypeParser('text/plain');

  installErrorAnswers(app);
  installSecurityHeaders(app, options.corsOrigins ?? []);
  installRequestLog(app);
  const limiter =
    options.rateLimits === undefined ? undefined : createRateLimiter(options.rateLimits, wallClock);
  installAuthentication(app, { keys, sessions }, limiter);
  // Before the answer is kept for its Idempotency-Key: what is not recorded is not answered.
  installAudit(app, context);
  installIdempotency(app, context);
  installListAnswers(app);
  // Last: nothing that is added to an answer gets by.
  installNumberPrivacy(app);
  await app.register(fastifySwagger, openApiOptions(version));

  operationRoutes(app, context, options.metricsAddress === undefined);
  campaignRoutes(app, context);
  campaignVersionRoutes(app, context);
  scriptRoutes(app, context);
  callerIdRoutes(app, context);
  resourceListRoutes(app, context);
  stageRoutes(app, context);
  await app.register(async (scope: App) => {
    // A list is read as it arrives, and only here; the route limits its size.
    for (const type of Object.keys(LIST_TYPES))
      scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
    const imports = new ListImports(context);
    contactRoutes(scope, context, imports);
    importRoutes(scope, context, imports);
  });
  contactSearchRoutes(app, context);
  listRoutes(app, context);
  callbackRoutes(app, context);
  agentRoutes(app, context);
  agentProfileRoutes(app, context);
  agentCallRoutes(app, context);
  monitorRoutes(app, context);
  recordingRoutes(app, context);
  agentDeskRoutes(app, context);
  attemptRoutes(app, context);
  evidenceRoutes(app, context);
  numberRoutes(app, context);
  await app.register(async (scope: App) => {
    // A file of consent is read as it arrives, and only here; the route limits its size.
    for (const type of Object.keys(CONSENT_FILES))
      scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
    consentRoutes(scope, context);
  });
  await app.register(async (scope: App) => {
    // A registry is read as it arrives, and only here; the route limits its size.
    for (const type of REGISTRY_TYPES)
      scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
    registryRoutes(scope, context);
  });
  checkRoutes(app, context);
  eventRoutes(app, context);
  keyRoutes(app, context);
  sessionRoutes(app, context);
  userRoutes(app, context);
  simulationRoutes(app, context, options.simulator);
  reportRoutes(app, context, options.simulator);
  auditRoutes(app, context);
  callableRoutes(app, context);
  recordRoutes(app, context);
  packRoutes(app, context);
  emergencyRoutes(app, context);
  emergencyStopRoutes(app, context);
  switchRoutes(app, context);
  webhookRoutes(app, context);
  await documentRoutes(app, options.consoleDirectory);

  let metricsServer: Server | undefined;
  app.addHook('onReady', async () => {
    figures.start();
    overview.start();
    await sessions.load();
    await webhooks.start();
    if (options.metricsAddress !== undefined) {
      metricsServer = await startMetricsServer(metrics, options.metricsAddress);
    }
  });
  app.addHook('preClose', async () => {
    // A client that never finishes its request must not keep the service from ending.
    setTimeout(() => app.server.closeAllConnections(), CLOSING_MILLISECONDS).unref();
  });
  app.addHook('onClose', async () => {
    await webhooks.close();
    sessions.close();
    events.close();
    overview.close();
    metricsServer?.closeAllConnections();
    metricsServer?.close();
    metrics.close();
    await figures.close();
  });
  return app;
}

function installErrorAnswers(app: App): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    }
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="tactus"');
    if (problem.retryAfter !== undefined) void reply.header('retry-after', String(problem.retryAfter));
    const instance = problem.status >= 500 ? `urn:tactus:request:${request.id}` : undefined;
    void reply.code(problem.status).type('application/problem+json').send(problem.body(instance));
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    const problem = new Problem(
      'route_not_found',
      `There is no ${request.method} ${path}: see /docs for the addresses and their methods.`,
    );
    void reply.code(404).type('application/problem+json').send(problem.body());
  });
}

function installRequestLog(app: App): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        by: request.principal?.id,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}
