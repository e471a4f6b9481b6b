/** Languages of the console: catalogues of texts, and the language in use. */

export type Language = 'en' | 'zh';

/** One text in all languages: English, then simplified Chinese. */
export type Entry = readonly [en: string, zh: string];

export type Values = Readonly<Record<string, string | number>>;

export interface Texts<Key extends string> {
  /** The text in the language in use, its `{places}` filled; `{n:call|calls}` picks by number. */
  (key: Key, values?: Values): string;
  /** The text of a code that the service sent, `<prefix>.<code>`; the code itself when it is new to us. */
  of(prefix: string, code: string, values?: Values): string;
}

const STORED = 'tactus-language';
const LANGUAGES: readonly Language[] = ['en', 'zh'];

/** Every catalogue that was made, so that a test can look through all of them. */
export const CATALOGUES: Readonly<Record<string, Entry>>[] = [];

let language: Language = initialLanguage();
const listeners = new Set<() => void>();

/** Makes the translator of one area's texts. Keys are typed, so a missing text does not compile. */
export function texts<const Catalogue extends Readonly<Record<string, Entry>>>(
  catalogue: Catalogue,
): Texts<keyof Catalogue & string> {
  CATALOGUES.push(catalogue);
  const pick = (entry: Entry, values: Values | undefined) =>
    fill(language === 'zh' ? entry[1] : entry[0], values);
  return Object.assign((key: string, values?: Values) => pick(catalogue[key]!, values), {
    of(prefix: string, code: string, values?: Values): string {
      const key = `${prefix}.${code}`;
      return Object.hasOwn(catalogue, key) ? pick(catalogue[key]!, values) : code;
    },
  });
}

function fill(text: string, values: Values | undefined): string {
  if (values === undefined) return text;
  return text.replace(
    /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one === undefined || many === undefined) return String(value);
      return Number(value) === 1 ? one : many;
    },
  );
}

export function currentLanguage(): Language {
  return language;
}

/** The tag for Intl and for the page's `lang`. */
export function localeTag(): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB';
}

/** Changes the language, keeps the choice in this browser, and tells the listeners. */
export function setLanguage(next: Language): void {
  language = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // A browser that keeps nothing: the choice holds until the page is closed.
  }
  document.documentElement.lang = localeTag();
  for (const listener of listeners) listener();
}

/** Calls `listener` when the language changes. Returns the function that ends it. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function initialLanguage(): Language {
  if (typeof document === 'undefined') return 'en';
  let wanted: string | null = null;
  try {
    wanted = localStorage.getItem(STORED);
  } catch {
    // As above.
  }
  const found =
    LANGUAGES.find((known) => known === wanted) ??
    (navigator.languages ?? [])
      .map((tag) => LANGUAGES.find((known) => tag.startsWith(known)))
      .find(Boolean) ??
    'en';
  document.documentElement.lang = found === 'zh' ? 'zh-CN' : 'en-GB';
  return found;
}
