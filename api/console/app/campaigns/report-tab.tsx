/** The evaluation report of a stage, as the service renders it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t as words } from '../overview/texts';
import { address, credentials, download, messageOf } from '../shared/api';
import { Banner, Loading, notifyError } from '../shared/feedback';
import { currentLanguage } from '../shared/i18n';
import { Card } from '../shared/layout';
import { t } from './texts';
import type { Campaign, StageName } from './types';

const STAGES: readonly StageName[] = ['validation', 'pilot', 'production'];

export function ReportTab({ campaign }: { campaign: Campaign }) {
  const [stage, setStage] = useState<StageName>(campaign.stage);
  const path = `/v1/campaigns/${encodeURIComponent(campaign.id)}/report`;
  const file = `${campaign.id}-${stage}`;
  return (
    <div class="stack">
      <div class="filters">
        <label class="field">
          <span class="quiet">{t('report.stage')}</span>
          <select value={stage} onChange={(event) => setStage(event.currentTarget.value as StageName)}>
            {STAGES.slice(0, STAGES.indexOf(campaign.stage) + 1).map((name) => (
              <option key={name} value={name}>
                {words(`stage.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="button"
          onClick={() => download(path, { stage, format: 'csv' }, `${file}.csv`).catch(notifyError)}
        >
          {t('report.csv')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => download(path, { stage, format: 'json' }, `${file}.json`).catch(notifyError)}
        >
          {t('report.json')}
        </button>
      </div>
      <Card class="flush">
        <ReportFrame
          address={address(path, { stage, format: 'html' })}
          title={t('report.print', { name: campaign.settings.name })}
        />
      </Card>
    </div>
  );
}

/** The report's own page, shown as it is: its style does not touch the console's. */
function ReportFrame({ address: url, title }: { address: string; title: string }) {
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'shown' | string>('loading');
  useEffect(() => {
    const controller = new AbortController();
    setState('loading');
    fetch(url, {
      headers: { accept: 'text/html', 'accept-language': currentLanguage(), ...credentials(false) },
      signal: controller.signal,
    })
      .then(async (response) => {
        const text = await response.text();
        if (!response.ok)
          throw new Error((JSON.parse(text) as { detail?: string }).detail ?? response.statusText);
        if (controller.signal.aborted || host.current === null) return;
        show(host.current, text);
        setState('shown');
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setState(messageOf(error));
      });
    return () => controller.abort();
  }, [url]);
  return (
    <>
      {state === 'loading' && <Loading />}
      {state !== 'loading' && state !== 'shown' && <Banner tone="bad">{state}</Banner>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section class="report" ref={host} aria-label={title} lang="en" tabIndex={0} />
    </>
  );
}

/**
 * Into a shadow tree. The page's policy allows neither style elements nor style attributes, so both are taken out of
 * the text before it is parsed and set by script. No script of the report runs.
 */
function show(host: HTMLElement, html: string): void {
  const sheets: CSSStyleSheet[] = [];
  const plain = html
    .replace(/<style[^>]*>([\s\S]*?)<\/style>/g, (_, css: string) => {
      const sheet = new CSSStyleSheet();
      // The report styles its page; here its page is the host.
      sheet.replaceSync(css.replace(/:root|\bbody\b/g, ':host'));
      sheets.push(sheet);
      return '';
    })
    .replace(/(<[a-z][^<>]*?) style="/g, '$1 data-style="');
  const parsed = new DOMParser().parseFromString(plain, 'text/html');
  for (const unwanted of parsed.querySelectorAll('script, link, meta')) unwanted.remove();
  for (const element of parsed.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset['style'] ?? '';
  }
  // Below the page's own heading, and its wide tables within reach of the keyboard.
  for (const heading of parsed.querySelectorAll('h1')) heading.ariaLevel = '2';
  for (const table of parsed.querySelectorAll<HTMLElement>('.table')) table.tabIndex = 0;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = sheets;
  root.replaceChildren(...document.importNode(parsed.body, true).childNodes);
}
