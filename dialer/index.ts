/** The engine: the deterministic core, the shell that runs it, and the ports with their adapters. */
export { type Clock, type SystemClockOptions, systemClock } from './clock.js';
export { type Core, createCore } from './core/core.js';
export type * from './core/effects.js';
export type * from './core/inputs.js';
export type * from './core/model.js';
export type * from './core/view.js';
export type { Engine, OperatorRequest, Reply } from './engine.js';
export type { DomainEvent, DomainEventKind, JournalledEvent } from './events/domain-events.js';
export * from './kpi/index.js';
export { type LiveEngineOptions, startLiveEngine } from './live-engine.js';
export { RunRecorder } from './recording/recorder.js';
export { type ReplayReport, replayFile, replayRun } from './recording/replay.js';
export { MemoryStore, MemoryStoreCore } from './store/memory-store.js';
export type { Store } from './store/port.js';
export { createAsteriskTelephony, createFreeSwitchTelephony, createTelephony } from './telephony/index.js';
export type { ChannelSnapshot, Telephony } from './telephony/port.js';
