/** Consent to be called: what was said about a number, for what, and which word is in force. Pure. */
import type { ConsentFacts, ConsentLevel, Purpose } from '../../compliance/index.js';
import type { CampaignSettings, EpochMilliseconds } from './model.js';

/** Ways to reach a person; the engine itself only calls. */
export type ConsentChannel = 'voice' | 'text' | 'email';

/** What a call is about: what consent has to cover, and what the caps of one subject count. */
export interface CallScope {
  readonly purpose: Purpose;
  /** On whose behalf the call is made; empty when the campaign does not say. */
  readonly seller: string;
  /** What is offered or asked: calls of several campaigns about one subject count together. */
  readonly subject: string;
}

export function scopeOf(settings: CampaignSettings): CallScope {
  return {
    purpose: settings.purpose,
    seller: settings.seller ?? '',
    subject: settings.subject ?? settings.id,
  };
}

/** A grant, refusal or revocation, as far as it decides. */
export interface ConsentWord {
  /** `refused` also means revoked. */
  readonly decision: 'granted' | 'refused';
  /** Of a grant: `written` is stronger than `express`, and that than `presumed`. */
  readonly level: ConsentLevel;
  /** Purposes it is about; absent = all. */
  readonly purposes?: readonly Purpose[];
  /** Absent = every channel. */
  readonly channel?: ConsentChannel;
  /** Absent = every seller. */
  readonly seller?: string;
  /** When it was said. */
  readonly at: EpochMilliseconds;
  /** Only a grant expires; a refusal stands until the next grant. */
  readonly expiresAt?: EpochMilliseconds;
}

/** One entry of a number's consent history, to be appended. */
export interface NewConsent extends ConsentWord {
  readonly number: string;
  /** How it came: `web form`, `list spring`, `key press`. */
  readonly source: string;
  /** Where the proof is: a form, a recording, a letter. */
  readonly evidence: string;
  /** Who recorded it. */
  readonly recordedBy: string;
  readonly recordedAt: EpochMilliseconds;
}

/** An entry of the history. */
export interface ConsentRecord extends NewConsent {
  /** 1 for the number's first entry. */
  readonly sequence: number;
}

/**
 * Whether the word is about calls of this scope. Where the campaign does not say on whose behalf it calls, a refusal to any
 * seller counts, and a grant to one does not.
 */
export function covers(
  { decision, purposes, channel, seller }: Pick<ConsentWord, 'decision' | 'purposes' | 'channel' | 'seller'>,
  scope: CallScope,
): boolean {
  if (purposes !== undefined && !purposes.includes(scope.purpose)) return false;
  if (channel !== undefined && channel !== 'voice') return false;
  if (seller === undefined || seller === scope.seller) return true;
  return decision === 'refused' && scope.seller === '';
}

const NONE: ConsentFacts = Object.freeze({ state: 'none' });

/**
 * What is in force for calls of the scope at `now`: the latest word that covers them counts. A weaker grant does not end a
 * stronger one; a refusal ends them all. Of words of one instant the one recorded last counts.
 * @param words in the order in which they were recorded
 */
export function consentInForce(
  words: readonly ConsentWord[],
  scope: CallScope,
  now: EpochMilliseconds,
): ConsentFacts {
  if (words.length === 0) return NONE;
  const word = wordInForce(words, scope, now);
  if (word === undefined) return NONE;
  const { level, at, expiresAt } = word;
  if (word.decision === 'refused') return { state: 'refused', at };
  return expiresAt === undefined
    ? { state: 'granted', level, at }
    : { state: 'granted', level, at, expiresAt };
}

/** The word that `consentInForce` goes by; undefined when there is none. */
export function wordInForce<Word extends ConsentWord>(
  words: readonly Word[],
  scope: CallScope,
  now: EpochMilliseconds,
): Word | undefined {
  const inOrder = words.length === 1 ? words : words.toSorted((a, b) => a.at - b.at);
  let refused: Word | undefined;
  let best: Word | undefined;
  for (const word of inOrder) {
    if (!covers(word, scope)) continue;
    if (word.decision === 'refused') {
      refused = word;
      best = undefined;
    } else if (word.at <= now) {
      refused = undefined;
      if (ends(word) > now && (best === undefined || isBetter(word, best))) best = word;
    }
  }
  return refused ?? best;
}

function ends({ expiresAt }: ConsentWord): EpochMilliseconds {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}

export const CONSENT_LEVELS: readonly ConsentLevel[] = ['presumed', 'express', 'written'];

function rank(level: ConsentLevel): number {
  return CONSENT_LEVELS.indexOf(level);
}

function isBetter(word: ConsentWord, than: ConsentWord): boolean {
  if (word.level !== than.level) return rank(word.level) > rank(than.level);
  return ends(word) >= ends(than);
}

/** Does the consent that is in force reach the level? */
export function reaches(facts: ConsentFacts, level: ConsentLevel | 'none'): boolean {
  if (level === 'none') return true;
  if (facts.state !== 'granted') return false;
  return rank(facts.level ?? 'express') >= rank(level);
}

/** Two entries that say the same: the second adds nothing to the history. */
export function sameWord(a: NewConsent, b: NewConsent): boolean {
  return (
    a.decision === b.decision &&
    a.level === b.level &&
    a.at === b.at &&
    a.expiresAt === b.expiresAt &&
    a.channel === b.channel &&
    a.seller === b.seller &&
    a.source === b.source &&
    a.evidence === b.evidence &&
    (a.purposes ?? []).join() === (b.purposes ?? []).join()
  );
}
