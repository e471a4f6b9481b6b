/** Puts a page's application up: session, language, appearance. */
import { type ComponentType, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { currentLanguage, onLanguage } from './i18n';
import { SessionProvider } from './session';
import { startTheme } from './theme';

/** Renders the application into `#app`; a change of language draws it anew. */
export function start(Application: ComponentType): void {
  startTheme();
  const root = document.getElementById('app');
  if (root !== null) render(<Start Application={Application} />, root);
}

function Start({ Application }: { Application: ComponentType }) {
  const [language, setShown] = useState(currentLanguage);
  useEffect(() => onLanguage(() => setShown(currentLanguage())), []);
  return (
    <SessionProvider>
      <Application key={language} />
    </SessionProvider>
  );
}
