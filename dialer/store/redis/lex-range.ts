/** Ranges of sorted sets whose members all have the score 0, and thereby stand in the order of their bytes. */

/** The start of what comes after the cursor; the beginning when there is none. */
export function lexAfter(cursor: string | undefined): string {
  return cursor === undefined || cursor === '' ? '-' : `(${cursor}`;
}
