/** Stages and states as the numbers that the tables hold. Part of the schema: never renumber. */
import type { StageName } from '../../core/model.js';
import type { ContactState } from '../port.js';

export const STAGE_CODE: Readonly<Record<StageName, number>> = { validation: 0, pilot: 1, production: 2 };
/** By code; those from 3 on are contacts of the pilot that are held back for its second phase and the ones after it. */
const STAGE_NAMES: readonly StageName[] = ['validation', 'pilot', 'production', 'pilot', 'pilot'];
export const STAGE_CODES = STAGE_NAMES.length;

/** Code of the pilot's contacts that are held back for a phase, counted from 0; the first is never held back. */
export function heldCode(phase: number): number {
  return STAGE_CODE.production + phase;
}

/** All codes of a stage's contacts, held back or not. */
export function codesOf(stage: StageName): readonly number[] {
  return STAGE_NAMES.flatMap((name, code) => (name === stage ? [code] : []));
}

export const STATE_CODE: Readonly<Record<ContactState, number>> = {
  open: 0,
  leased: 1,
  pending: 2,
  callback: 3,
  done: 4,
};
export const STATE_NAMES: readonly ContactState[] = ['open', 'leased', 'pending', 'callback', 'done'];

export function stageName(code: number): StageName {
  const name = STAGE_NAMES[code];
  if (name === undefined) throw new Error(`no stage has the code ${code}`);
  return name;
}

export function stateName(code: number): ContactState {
  const name = STATE_NAMES[code];
  if (name === undefined) throw new Error(`no contact state has the code ${code}`);
  return name;
}

/** A contact's id is `c` and its key. */
export function contactIdOf(key: number): string {
  return `c${key}`;
}

/** 0, which no contact has, when it is no contact id. */
export function contactKeyOf(id: string): number {
  const key = /^c[1-9]\d{0,14}$/.test(id) ? Number(id.slice(1)) : 0;
  return Number.isSafeInteger(key) ? key : 0;
}
