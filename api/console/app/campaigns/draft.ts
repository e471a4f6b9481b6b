/** A campaign's settings while they are being edited: plain JSON, read and changed by path. */
export type Draft = { readonly [field: string]: unknown };

/** The value at a path such as `stages.pilot.share`. */
export function read(draft: Draft, path: string): unknown {
  let at: unknown = draft;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Draft)[part];
  }
  return at;
}

/** A copy with the value at the path; undefined takes the field away, and objects that it leaves empty. */
export function write(draft: Draft, path: string, value: unknown): Draft {
  const [first = '', ...rest] = path.split('.');
  const next: Record<string, unknown> = { ...draft };
  if (rest.length === 0) {
    if (value === undefined) delete next[first];
    else next[first] = value;
    return next;
  }
  const inner = next[first];
  const changed = write(
    typeof inner === 'object' && inner !== null ? (inner as Draft) : {},
    rest.join('.'),
    value,
  );
  if (Object.keys(changed).length === 0) delete next[first];
  else next[first] = changed;
  return next;
}

/** Words separated by commas, as a list without blanks and doubles. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.split(/[,，]/).map((word) => word.trim()))].filter((word) => word !== '');
}
