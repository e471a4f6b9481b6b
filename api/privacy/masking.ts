/**
 * Telephone numbers hidden from those who may not see them. It is done on what goes out as text, in one place for all
 * answers, exports, streams and logs, so that no route can forget it.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A number in E.164, alone or within a sentence; in addresses the plus is %2B. */
const NUMBER = /(\+|%2[Bb])([1-9]\d{6,14})(?!\d)/g;
/** Our own numbers, which every person called has seen, stay readable. */
const OWN = /"callerId":"\+\d{7,15}"/g;
/** Longest number as text, with room for what tells where it ends. */
const LONGEST = 24;

/** `+12025550123` → `+1202•••0123`: at least three digits in the middle are hidden. */
export function maskNumber(e164: string): string {
  const digits = e164.replace(/^\+/, '');
  const end = digits.length >= 9 ? 4 : 2;
  const start = Math.min(4, digits.length - end - 3);
  return `+${digits.slice(0, start)}${'•'.repeat(digits.length - start - end)}${digits.slice(-end)}`;
}

/** All numbers in the text masked, but those that `shown` holds. */
export function maskNumbers(text: string, shown?: ReadonlySet<string>): string {
  return text.replace(NUMBER, (whole, _plus: string, digits: string) =>
    shown?.has(`+${digits}`) === true ? whole : maskNumber(digits),
  );
}

/** As `maskNumbers`, for JSON: our own caller ids stay. */
export function maskJson(text: string, shown?: ReadonlySet<string>): string {
  const own = new Set(shown);
  for (const [field] of text.matchAll(OWN)) own.add(field.slice('"callerId":"'.length, -1));
  return maskNumbers(text, own);
}

/** Masks a text that is streamed; a number may come in two pieces. */
export function maskingStream(shown?: ReadonlySet<string>): Transform {
  const decoder = new StringDecoder('utf8');
  let held = '';
  const pass = (text: string): string => {
    const joined = held + text;
    // What may be the beginning of a number waits for the rest of it.
    const open = /(?:\+|%(?:2[Bb]?)?)\d*$/.exec(joined.slice(-LONGEST));
    const cut = open === null ? joined.length : joined.length - open[0].length;
    held = joined.slice(cut);
    return maskNumbers(joined.slice(0, cut), shown);
  };
  return new Transform({
    transform(chunk: Buffer | string, _encoding, done: TransformCallback) {
      done(null, pass(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
    },
    flush(done: TransformCallback) {
      done(null, maskNumbers(pass(decoder.end()) + held, shown));
    },
  });
}
