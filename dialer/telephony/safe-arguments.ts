/**
 * Checks arguments on their way to a switch: values are not quoted but refused unless every character of them is known to be
 * harmless; a caller id is stripped to what a caller id may hold.
 *
 * In the dial string of a trunk `{number}` stands for the digits of the called number without a plus sign, as
 * most carriers' gateways want them, `{e164}` for the same digits with it, and `{national}` for the national number
 * without the country's calling code:
 * `sofia/gateway/carrier/{number}`, `PJSIP/{e164}@carrier`, `sofia/gateway/carrier/1{national}`.
 */

import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** An argument that must not be sent to the switch. The message names it and what it may hold. */
export class UnsafeArgumentError extends Error {
  override readonly name = 'UnsafeArgumentError';
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws UnsafeArgumentError when it is no uuid. */
export function safeUuid(value: string): string {
  if (!uuidPattern.test(value)) throw new UnsafeArgumentError(`channel id ${quoted(value)} is no uuid`);
  return value;
}

/**
 * The digits of a called number, without the plus sign.
 * @throws UnsafeArgumentError unless it is 1–20 digits with or without a plus sign before them.
 */
export function safeNumber(value: string): string {
  if (!/^\+?[0-9]{1,20}$/.test(value))
    throw new UnsafeArgumentError(
      `number ${quoted(value)} must be digits, with or without a plus sign before them`,
    );
  return value.replace('+', '');
}

/**
 * Fills `{number}`, `{e164}` and `{national}` of a trunk's dial string; one that is filled already is returned as it is.
 * @throws UnsafeArgumentError when the number or the dial string holds what does not belong there.
 */
export function fillDialString(template: string, number: string): string {
  const digits = safeNumber(number);
  let filled = template.replaceAll('{number}', digits).replaceAll('{e164}', `+${digits}`);
  if (filled.includes('{national}')) filled = filled.replaceAll('{national}', nationalNumber(digits));
  return safeEndpoint(filled);
}

function nationalNumber(digits: string): string {
  const national = parsePhoneNumberFromString(`+${digits}`)?.nationalNumber;
  if (national === undefined)
    throw new UnsafeArgumentError(`number ${quoted(digits)} begins with no known country's calling code`);
  return national;
}

/**
 * An endpoint as `originate` takes it, for example `sofia/gateway/carrier/15551234567` or `user/1001`.
 * Several endpoints in one, channel variables and functions are refused: they belong into the gateway's or the
 * user's own settings on the switch.
 * @throws UnsafeArgumentError
 */
export function safeEndpoint(value: string): string {
  if (!/^[A-Za-z0-9_]+\/[A-Za-z0-9_.@:;=+~*#/-]+$/.test(value) || value.includes(':_:'))
    throw new UnsafeArgumentError(
      `dial string ${quoted(value)} must be type/destination in letters, digits and . @ : ; = + - _ ~ * # /`,
    );
  return value;
}

/** A caller id number stripped to its digits and a plus sign; empty when nothing is left. */
export function safeCallerId(value: string): string {
  const digits = value.replace(/[^0-9]/g, '').slice(0, 20);
  return digits && value.trim().startsWith('+') ? `+${digits}` : digits;
}

/** A value for an error message: one line, not too long. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
