/** An operator's import through the page: a list whose columns are taken wrongly, corrected, sent, and its errors looked at. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { callablePlace } from '../support/callable-numbers.js';
import { picture, seriousIssues } from './browser.js';

export const PEOPLE = 300;
/** Slow enough that the page is seen sending. Bytes a second. */
const UPLOAD = 8_000;

/**
 * People who may be called now, two lines that are no good, and one person twice. The column "phone" holds the shop's own
 * number: who trusts the header calls it three hundred times.
 */
function peopleFile(): { readonly country: string; readonly text: string; number(index: number): string } {
  const place = callablePlace();
  const number = (index: number): string => place.number(500_000 + index);
  const shop = place.number(1);
  const line = (i: number, direct = number(i)) => `S-${i};Person ${i};${shop};${direct};express;fibre`;
  const lines = [
    'ref;name;phone;direct line;permission;product',
    ...Array.from({ length: 3 }, (_, i) => line(i)),
    `S-x;Too short;${shop};12;express;fibre`,
    ...Array.from({ length: PEOPLE - 3 }, (_, i) => line(i + 3)),
    `S-y;No number;${shop};not a number;express;fibre`,
    line(7),
  ];
  return { country: place.country, text: `${lines.join('\n')}\n`, number };
}

/** From the campaign's page to the report of the import. The page is at the report afterwards. */
export async function importByPage(t: Test, page: Page, campaign: string, errors: string[]): Promise<void> {
  const { country, text, number } = peopleFile();
  await page.getByRole('link', { name: 'Lists' }).click();
  await page.getByText('No list yet: import one.').waitFor();
  await page.getByRole('link', { name: 'Import a list' }).click();
  await page.locator('input[type=file]').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  });

  const phone = page.getByLabel('What phone is', { exact: true });
  await phone.waitFor();
  t.equal(await phone.inputValue(), 'numbers', 'the header is trusted at first');
  t.equal(await page.getByLabel('What ref is').inputValue(), 'fields');
  await page.getByLabel('What direct line is').selectOption('numbers');
  await phone.selectOption('');
  await page.getByLabel('What ref is').selectOption('externalId');
  await page.locator('input[name=list]').fill('fair');
  await page.locator('input[name=defaultCountry]').fill('QQ');
  await page.locator('.field.wrong input[name=defaultCountry]').waitFor();
  errors.length = 0; // The browser reports the refusal itself.
  await page.locator('input[name=defaultCountry]').fill(country);
  const rows = page
    .getByRole('region', { name: 'The first rows, as they would be read' })
    .locator('tbody tr');
  await rows.filter({ hasText: number(0) }).waitFor();
  await rows.filter({ hasText: 'left out' }).waitFor();
  t.match(await rows.nth(0).textContent(), /Person 0\s*S-0/);
  t.same(await seriousIssues(page), [], 'axe on the mapping');
  await picture(page, 'import-mapping', { whole: true });

  const network = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: UPLOAD };
  await network.send('Network.emulateNetworkConditions', conditions);
  await page.getByRole('button', { name: 'Import people.csv' }).click();
  await page.getByText(/ of [\d.]+ KB sent/).waitFor();
  await page.locator('progress[aria-label="Sending people.csv"]').waitFor();
  await network.send('Network.emulateNetworkConditions', { ...conditions, uploadThroughput: -1 });
  await page.getByText(`Contacts added: ${PEOPLE}. There already: 1. Rows refused: 2.`).waitFor();
  await network.detach();

  await page.getByRole('heading', { name: 'Import of people.csv' }).waitFor();
  await page.locator('.tally li', { hasText: 'number that cannot be called' }).waitFor();
  t.same(await seriousIssues(page), [], 'axe on the report');
  await picture(page, 'import-report');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Error file' }).click();
  const file = await downloading;
  t.equal(file.suggestedFilename(), 'people-errors.csv');
  const kept = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
  t.equal(kept[0], 'line,column,code,reason,value,contact kept');
  t.match(kept[1], /^5,direct line,number,.*,12,no$/);
  t.match(kept[2], new RegExp(`^${PEOPLE + 3},direct line,number,.*,not a number,no$`));
  t.equal(kept.length, 3);

  await page.getByRole('link', { name: 'Lists', exact: true }).first().click();
  await page.locator('tr', { hasText: 'fair' }).first().waitFor();
  await page.locator('tr', { hasText: 'people.csv' }).filter({ hasText: 'completed' }).waitFor();
  t.match(page.url(), new RegExp(`/campaigns/${campaign}/lists$`));
}

/** Finds somebody by name and reads what stands in the way of a call. */
export async function readWhy(t: Test, page: Page, name: string, why: RegExp): Promise<void> {
  await page.getByRole('link', { name: 'Contacts', exact: true }).click();
  await page.locator('input[name=name]').fill(name);
  await page.locator('tbody tr', { hasText: name }).first().waitFor();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
  t.match(await page.locator('.lead').textContent(), why);
}
