import t from 'tap';
import { RegistryLineReader } from '../../dialer/dnc/registry-lines.js';
import { randomFrom } from './numbers.js';

interface Read {
  readonly changes: string[];
  readonly bad: { line: number; reason: string; text: string }[];
  readonly reader: RegistryLineReader;
}

/** Reads the text in pieces of the given size. */
function read(text: string, country: string | undefined, delta = false, piece = 7): Read {
  const changes: string[] = [];
  const bad: Read['bad'] = [];
  const number = (area: number, rest: number): string =>
    area === 0 ? `+${rest}` : `+${area}${String(rest).padStart(7, '0')}`;
  const reader = new RegistryLineReader(
    {
      add: (area, rest) => changes.push(number(area, rest)),
      remove: (area, rest) => changes.push(`-${number(area, rest)}`),
      bad: (line, reason, start) => bad.push({ line, reason, text: start }),
    },
    country,
    delta,
  );
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  reader.end();
  return { changes, bad, reader };
}

t.test('the formats of the national lists are read, however the file is cut', async (t) => {
  const text =
    '2125550100\r\n212,5550101\r\n\n# comment\n(212) 555-0102\n12125550103\n+12125550104\n"2125550105"\n212,555-0106\n2125550107';
  for (const piece of [1, 2, 7, 11, 1000]) {
    const { changes, bad, reader } = read(text, 'US', false, piece);
    t.same(
      changes,
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `+1212555010${i}`),
    );
    t.same(bad, []);
    t.equal(reader.lines, 10);
    t.equal(reader.taken, 8);
  }
});

t.test('names of columns and a byte order mark in the first line are no number', async (t) => {
  t.same(read('\u00ef\u00bb\u00bfphone,date\n2125550100,2026-01-01\n', 'US').changes, ['+12125550100']);
  t.same(read('\u00ef\u00bb\u00bf+12125550100\n', undefined).changes, ['+12125550100']);
});

t.test('a change list adds and removes in the order of its lines', async (t) => {
  const text =
    '212,5550100,20261101120000,A\r\n212,5550101,20261101120000,D\r\n2125550102,add\n+12125550100,Delete\n2125550103\n2125550104,A,D\n';
  const { changes, bad } = read(text, 'US', true);
  t.same(changes, ['+12125550100', '-+12125550101', '+12125550102', '-+12125550100']);
  t.match(bad, [
    { line: 5, reason: /neither A .* nor D/, text: '2125550103' },
    { line: 6, reason: /both add and delete/ },
  ]);
});

t.test('a change list that is imported as a full list is refused, not taken for the whole', async (t) => {
  t.throws(() => read('212,5550100,t,A\n212,5550101,t,D\n', 'US'), /line 2 deletes a number/);
});

t.test('bad lines are reported with their line and reason', async (t) => {
  const text = ['2125550100', 'hello', '212555010', '1125550100', '+9991234567', '+1', '+12345678901234567'];
  const { bad, reader } = read(`${text.join('\n')}\n`, 'US');
  t.match(bad, [
    { line: 2, reason: /not a telephone number/, text: 'hello' },
    { line: 3, reason: /9 digits/ },
    { line: 4, reason: /first of them 2 to 9/ },
    { line: 5, reason: /no country code/ },
    { line: 6, reason: /1 digits/ },
    { line: 7, reason: /17 digits/ },
  ]);
  t.equal(reader.bad, 6);
  t.match(read('2125550100\n', undefined).bad, [{ line: 1, reason: /name the default country/ }]);
});

t.test('national numbers of other countries are read, in use or not', async (t) => {
  t.same(read('02079460000\n2079460000\n00442079460000\n+442079460000\n447911123456\n', 'GB').changes, [
    '+442079460000',
    '+442079460000',
    '+442079460000',
    '+442079460000',
    '+447911123456',
  ]);
  t.same(read('06 1234 5678\n3331234567\n+390612345678\n', 'IT').changes, [
    '+390612345678',
    '+393331234567',
    '+390612345678',
  ]);
  t.same(read('0612345678\n', 'FR').changes, ['+33612345678']);
  t.match(read('123\n', 'GB').bad, [{ line: 1, reason: /3 digits, which no number of GB has/ }]);
});

t.test('files that are no lists are refused as a whole', async (t) => {
  t.throws(() => read('a'.repeat(10_000), 'US', false, 1000), /longer than 4096 bytes/);
  t.throws(() => read('21255\0\x281\n', 'US'), /no text/);
});

t.test('the quick way reads what the thorough way reads', async (t) => {
  const random = randomFrom(5);
  const characters = '0123456789,\r+';
  const lines = Array.from({ length: 3_000 }, () => {
    if (random(2) === 0) return String(2_000_000_000 + random(1_000_000_000));
    return Array.from({ length: 8 + random(6) }, () => characters[random(characters.length)]!).join('');
  });
  const quick = read(`${lines.join('\n')}\n`, 'US', false, 64);
  // A mark behind each keeps the quick way out.
  const thorough = read(
    `${lines.map((line) => `${line.replaceAll('\r', '')},A`).join('\n')}\n`,
    'US',
    true,
    64,
  );
  const plain = read(`${lines.map((line) => line.replaceAll('\r', '')).join('\n')}\n`, 'US', false, 64);
  t.same(plain.changes, thorough.changes);
  t.ok(quick.changes.length > 1_000);
  const abroad = Array.from(
    { length: 3_000 },
    () => `+${String(random(1_000_000_000))}${String(random(10 ** random(7)))}`,
  );
  const fast = read(`${abroad.join('\r\n')}\r\n`, undefined, false, 64);
  const slow = read(`${abroad.map((line) => `${line},A`).join('\n')}\n`, undefined, true, 64);
  t.same(fast.changes, slow.changes);
  t.same(
    fast.bad.map(({ line, reason }) => [line, reason]),
    slow.bad.map(({ line, reason }) => [line, reason]),
  );
  t.ok(fast.changes.length > 1_000);
  t.ok(fast.bad.length > 100);
});
