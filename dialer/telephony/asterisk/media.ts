/**
 * What is played, as Asterisk takes it.
 *
 * Campaigns write messages in the words of the switch: `sound:custom/goodbye`, `recording:goodbye`, `tone:ring`, or a path
 * without a scheme, which is a sound. The simplest of FreeSWITCH's words are read, too, so that one campaign can run on both:
 * `tone_stream://%(on,off,frequency…)`, `silence_stream://milliseconds` and paths with an ending.
 *
 * Asterisk takes a scheme that it does not know, says that it plays, and never says that it has finished; so none leaves that
 * is not known. A tone does not end by itself either: its length is worked out here.
 */
import { quoted, UnsafeArgumentError } from '../safe-arguments.js';

export interface Media {
  readonly uri: string;
  /** How long it is to be played, where Asterisk does not know. */
  readonly milliseconds?: number;
}

/** @throws UnsafeArgumentError when it is nothing that can be played */
export function mediaOf(text: string): Media {
  const tones = /^tone_stream:\/\/(?:L=\d+;)?%\((\d+),(\d+),(\d+)(?:,(\d+))?\)$/.exec(text);
  if (tones) {
    const [, on = '0', off = '0', first = '', second] = tones;
    const uri = `tone:${first}${second === undefined ? '' : `+${second}`}/${on}`;
    return { uri, milliseconds: Number(on) + Number(off) };
  }
  const silence = /^silence_stream:\/\/(-1|\d+)$/.exec(text);
  if (silence) {
    const milliseconds = Number(silence[1]);
    return { uri: 'tone:0/1000', ...(milliseconds >= 0 ? { milliseconds } : {}) };
  }
  const scheme = /^([a-z_]+):/.exec(text)?.[1];
  const known = /^(?:sound|recording|number|digits|characters|tone)$/;
  // A comma would begin the next of several.
  if (!/^[A-Za-z0-9_./:+*#@ -]{1,1024}$/.test(text) || (scheme !== undefined && !known.test(scheme)))
    throw new UnsafeArgumentError(
      `message ${quoted(text)} must be sound:NAME, recording:NAME, tone:NAME or a path, without quotes, commas or other schemes`,
    );
  if (scheme !== undefined) return { uri: text };
  // The ending is Asterisk's choice.
  return { uri: `sound:${text.replace(/\.[a-z0-9]{2,5}$/i, '')}` };
}

/** The class of `moh:CLASS`; undefined when it is something else. @throws UnsafeArgumentError */
export function musicClassOf(text: string): string | undefined {
  if (!text.startsWith('moh:')) return undefined;
  const name = text.slice(4);
  if (!/^[A-Za-z0-9_.-]{1,80}$/.test(name))
    throw new UnsafeArgumentError(`music class ${quoted(name)} must be letters, digits and . _ -`);
  return name;
}
