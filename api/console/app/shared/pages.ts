/** Lists that the service gives page by page. */
import { api, type Query } from './api';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** All items of a list, page after page, up to `most`. */
export async function allItems<T>(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
  most = 10_000,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await api.get<Page<T>>(
      path,
      cursor === undefined ? query : { ...query, cursor },
      signal,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < most);
  return items;
}
