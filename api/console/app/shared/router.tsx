/** Addresses within the page, after the `#`: `#/campaigns/first?stage=pilot`. */
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  readonly path: string;
  readonly query: URLSearchParams;
}

export type Parameters = Readonly<Record<string, string>>;

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#/, '').split('?', 2);
  return { path: path === '' ? '/' : path, query: new URLSearchParams(query) };
}

/** The address for a link. */
export function href(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  const text = search.toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}

export function navigate(path: string, query: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = href(path, query);
}

/** Changes the query without a new entry in the browser's history: filters, tabs, the order of a table. */
export function replaceQuery(query: Readonly<Record<string, string | undefined>>): void {
  history.replaceState(null, '', href(read().path, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute(): Route {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** The parameters of a pattern such as `/campaigns/:id`; undefined when the path is another. */
export function match(pattern: string, path: string): Parameters | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i]!;
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
      continue;
    }
    if (value === '') return undefined;
    try {
      parameters[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return parameters;
}
