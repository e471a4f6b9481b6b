/** Light or dark: as the system has it, unless the user chose. Set on <html> as `data-theme`. */
export type Theme = 'system' | 'light' | 'dark';

export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const STORED = 'tactus-theme';

export function currentTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(STORED)) ?? 'system';
  } catch {
    return 'system';
  }
}

export function setTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // A browser that keeps nothing: the choice holds until the page is closed.
  }
  apply(theme);
}

/** Applies the choice, and follows the system from now on when that is the choice. Call once at the start. */
export function startTheme(): void {
  apply(currentTheme());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(currentTheme()));
}

function apply(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
