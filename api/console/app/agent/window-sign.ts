/** The state in the window's title and icon, for those who have the CRM in front. */
import { useEffect } from 'preact/hooks';

const COLOURS: Readonly<Record<string, string>> = {
  ready: '#0a8058',
  reserved: '#9333c9',
  talking: '#0e7490',
  'wrap-up': '#b45309',
  paused: '#667085',
  lost: '#b8273a',
};

export function useWindowSign(state: string, title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const colour = COLOURS[state] ?? '#98a0b3';
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="${colour}"/></svg>`;
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link !== null) link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  }, [state]);
}
