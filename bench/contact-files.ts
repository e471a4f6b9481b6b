/** Lists of contacts as files, for the benches that import them. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const areaCodes = [212, 312, 415, 206, 713, 305, 404, 602, 303, 617];
const zones = ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'America/Denver'];
/** A prime: with it every number comes once, far from the one before. */
const STRIDE = 611_953;

/** A number that libphonenumber accepts, another for each index. */
export function number(index: number): string {
  const area = areaCodes[index % areaCodes.length];
  const line = Math.floor(index / areaCodes.length);
  return `(${area}) ${200 + (Math.floor(line / 10_000) % 800)}-${String(line % 10_000).padStart(4, '0')}`;
}

/** A list in CSV with a header line. Its numbers come in no order, as they do in lists. */
export async function writeList(path: string, length: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('id,first name,last name,phone,time zone,state,opt-in,product,note\n');
  for (let index = 0; index < length; index += 1000) {
    let text = '';
    for (let row = index; row < Math.min(length, index + 1000); row += 1)
      text += `${row},First${row % 700},"Last ${row % 900}",${number((row * STRIDE) % length)},${zones[row % 4]},CA,yes,Product ${row % 12},"called before, said ""later"""\n`;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
