/** What a rectification can have changed, as options give it. */
import { InvalidArgumentError } from 'commander';

/** Any but `other` is tried in a fresh short validation first. */
export const RECTIFIED_PARTS = ['script', 'offer', 'list', 'team', 'other'];

export function partsOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  const unknown = parts.find((part) => !RECTIFIED_PARTS.includes(part));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`"${unknown}" is none of ${RECTIFIED_PARTS.join(', ')}.`);
  return [...new Set(parts)];
}
