/** A real browser for the tests: Debian's Chromium, driven by playwright-core. Nothing is downloaded. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** The machine may be busy with the other tests. Milliseconds. */
export const PATIENCE = 60_000;

/** Where Chromium is; TACTUS_CHROMIUM says otherwise. Undefined when there is none. */
export function chromiumPath(): string | undefined {
  return [process.env['TACTUS_CHROMIUM'], ...PLACES].find((path) => path !== undefined && existsSync(path));
}

export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface Look {
  readonly language: 'en' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly width: number;
}

/** A page that notes every error of its console, of its scripts and of its requests. */
export async function openPage(
  browser: Browser,
  { language, theme, width }: Look,
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly errors: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 860 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript({
    content: `localStorage.setItem('tactus-language', '${language}'); localStorage.setItem('tactus-theme', '${theme}');`,
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, context, errors };
}

let axe: string | undefined;

/** What axe-core finds to be serious or critical, one line each. */
export async function seriousIssues(page: Page): Promise<readonly string[]> {
  axe ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Violation {
      readonly id: string;
      readonly impact: string;
      readonly help: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(options: object): Promise<{ violations: readonly Violation[] }> };
      }
    ).axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help} at ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
      );
  });
}

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');
}

const FOLDER = process.env['TACTUS_SCREENSHOTS'] ?? '';
/** Are pictures kept in this run? Some are worth waiting for only then. */
export const PICTURED = FOLDER !== '';

/** Keeps a picture for the documentation where TACTUS_SCREENSHOTS names a folder. `whole`: also what is below the window. */
export async function picture(page: Page, name: string, { whole = false } = {}): Promise<void> {
  if (!PICTURED) return;
  await mkdir(FOLDER, { recursive: true });
  // Notes that pass would say what the test did before.
  const notes = (visibility: string): Promise<unknown> =>
    page.evaluate(
      `for (const notes of document.querySelectorAll('.notes')) notes.style.visibility = '${visibility}'`,
    );
  await notes('hidden');
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: whole });
  await notes('');
}
