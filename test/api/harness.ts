/** The HTTP server on a free port, over the live engine, an in-memory store and a switch whose people are scripted. */
import type { AddressInfo } from 'node:net';
import type { App } from '../../api/http/context.js';
import { KeyRing } from '../../api/http/identity/keys.js';
import type { PasswordCost } from '../../api/http/identity/passwords.js';
import { ROLES, type Role } from '../../api/http/identity/principal.js';
import { createServer, type ServerOptions } from '../../api/http/server.js';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { TelephonyInput } from '../../dialer/core/inputs.js';
import type { Engine } from '../../dialer/engine.js';
import { createListImporter } from '../../dialer/lists/list-importer.js';
import { type LiveEngineOptions, startLiveEngine } from '../../dialer/live-engine.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import type { SwitchStatistics, Telephony } from '../../dialer/telephony/port.js';
import { createSimulator } from '../../sim/index.js';

/** A Monday, 11:00 in New York: a lawful hour to call there. */
const START = Date.parse('2026-03-02T16:00:00Z');

/** The agent that the key of the role agent is. */
export const TEST_AGENT = 'ada';
/** Hashes of passwords that take no time; for tests only. */
export const CHEAP: PasswordCost = { N: 2, r: 1, p: 1 };

/** A switch where agents' legs come up at once, and customers answer at once. */
export class ScriptedSwitch implements Telephony {
  readonly switchIds = ['fs1'];
  readonly originated: string[] = [];
  /** What was done with calls that stand. */
  readonly controls: TelephonyEffect[] = [];
  connected = true;
  #report: (input: TelephonyInput) => void = () => undefined;

  start(report: (input: TelephonyInput) => void): void {
    this.#report = report;
    this.up();
  }

  up(): void {
    this.connected = true;
    this.#report({
      type: 'switch-up',
      switchId: 'fs1',
      instanceId: 'instance-1',
      channels: [],
      requestedAt: START,
    });
  }

  down(reason: string): void {
    this.connected = false;
    this.#report({ type: 'switch-down', switchId: 'fs1', reason });
  }

  perform(effect: TelephonyEffect): void {
    const { switchId } = effect;
    const later = (input: TelephonyInput): void => void setImmediate(() => this.#report(input));
    switch (effect.type) {
      case 'dial-agent':
        later({ type: 'channel-answered', switchId, channelId: effect.channelId });
        return;
      case 'originate':
        this.originated.push(effect.number);
        later({ type: 'channel-answered', switchId, channelId: effect.channelId, answeredBy: 'human' });
        return;
      case 'bridge':
        later({
          type: 'channel-bridged',
          switchId,
          channelId: effect.channelId,
          otherChannelId: effect.agentLegId,
        });
        return;
      case 'hang-up':
        later({
          type: 'channel-ended',
          switchId,
          channelId: effect.channelId,
          cause: effect.cause,
          answered: true,
          progressed: true,
        });
        return;
      case 'join':
        later({
          type: 'channel-bridged',
          switchId,
          channelId: effect.channelId,
          otherChannelId: effect.otherLegId,
        });
        return;
      case 'dial-leg':
        later({ type: 'channel-answered', switchId, channelId: effect.channelId });
        return;
      case 'hold':
      case 'mute':
      case 'record':
      case 'send-digits':
      case 'hand-over':
      case 'three-way':
      case 'eavesdrop':
        this.controls.push(effect);
        return;
      case 'play-safe-harbour':
      case 'audit-channels':
        return;
    }
  }

  async stop(): Promise<void> {}

  statistics(): readonly SwitchStatistics[] {
    return [
      {
        switchId: 'fs1',
        connected: this.connected,
        reconnects: 1,
        events: { CHANNEL_ANSWER: 3 },
        eventLagSeconds: 0.01,
        commandsPending: 0,
      },
    ];
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
  readonly body: any;
}

export interface Harness {
  readonly app: App;
  readonly url: string;
  readonly engine: Engine;
  readonly store: MemoryStore;
  readonly telephony: ScriptedSwitch;
  readonly clock: { now(): number; advance(milliseconds: number): void };
  readonly tokens: Readonly<Record<Role, string>>;
  /** Sends a request with the admin's key, unless another (or none, as '') is given. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  as(
    token: string,
  ): (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  close(): Promise<void>;
}

export async function startHarness(
  options: Partial<Omit<ServerOptions, 'engine'>> = {},
  wrapEngine: (engine: Engine) => Engine = (engine) => engine,
  engineOptions: Partial<Pick<LiveEngineOptions, 'recorder'>> = {},
  trunk: { readonly maximumChannels?: number; readonly callsPerSecond?: number } = {},
): Promise<Harness> {
  const began = performance.now();
  let extra = 0;
  const now = () => Math.floor(START + (performance.now() - began) + extra);
  const clock = {
    now,
    advance: (milliseconds: number) => {
      extra += milliseconds;
    },
    after(milliseconds: number, callback: () => void) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  const store = new MemoryStore({ clock: now });
  const telephony = new ScriptedSwitch();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const live = await startLiveEngine({
    store,
    bootState: await store.boot(now()),
    telephony,
    clock,
    log,
    switches: [{ id: 'fs1', maximumChannels: 1000, callsPerSecond: 100 }],
    trunks: [
      {
        name: 'carrier',
        switchId: 'fs1',
        dialString: 'sofia/gateway/carrier/{number}',
        maximumChannels: 1000,
        callsPerSecond: 100,
        ...trunk,
      },
    ],
    timeZoneData: 'test',
    ...(options.registries !== undefined && { registries: options.registries }),
    ...engineOptions,
    onFatal: (error) => {
      throw error;
    },
  });
  const engine = wrapEngine(live);
  const lists = createListImporter({
    store,
    now,
    contactsChanged: (campaignId) => engine.notify({ type: 'contacts-changed', campaignId }),
    refused: (refusals) => {
      for (const refusal of refusals) engine.notify({ type: 'consent-changed', ...refusal });
    },
    workers: 1,
  });
  const keys = new KeyRing(store, now, () => undefined);
  const simulator = createSimulator({ threads: 1 });
  const app = await createServer({
    engine,
    lists,
    keys,
    now,
    defaultCountry: 'US',
    version: '9.9.9',
    simulator,
    passwordCost: CHEAP,
    ...options,
  });
  const tokens = {} as Record<Role, string>;
  for (const role of ROLES) {
    const agentId = role === 'agent' ? TEST_AGENT : undefined;
    tokens[role] = (await keys.issue(`test ${role}`, role, undefined, agentId)).token;
  }
  const close = async () => {
    await app.close();
    await simulator.close();
    await lists.close();
    await live.stop(0);
    await store.close();
  };
  try {
    await app.listen({ port: 0, host: '127.0.0.1' });
  } catch (error) {
    await close();
    throw error;
  }
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const all: Record<string, string> = { authorization: `Bearer ${tokens.admin}`, ...headers };
    if (all['authorization'] === '') delete all['authorization'];
    const raw = typeof body === 'string' || body === undefined;
    if (!raw) all['content-type'] ??= 'application/json';
    const response = await fetch(url + path, {
      method,
      headers: all,
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      body: json && answer !== '' ? JSON.parse(answer) : undefined,
    };
  }

  return {
    app,
    url,
    engine,
    store,
    telephony,
    clock,
    tokens,
    send,
    as:
      (token) =>
      (method, path, body, headers = {}) =>
        send(method, path, body, { ...headers, authorization: token === '' ? '' : `Bearer ${token}` }),
    close,
  };
}

/** The same engine with one method replaced. */
export function withMethod<K extends keyof Engine>(engine: Engine, name: K, method: Engine[K]): Engine {
  return new Proxy(engine, {
    get(target, property) {
      if (property === name) return method;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Waits until the condition holds; fails after five seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
