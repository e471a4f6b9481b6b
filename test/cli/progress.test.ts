import { PassThrough } from 'node:stream';
import t from 'tap';
import { bytesItem, createProgress } from '../../api/cli/progress.js';

function progress(terminal: boolean, columns = 80) {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  let at = 0;
  const shown = createProgress({ stream, terminal, columns: () => columns, now: () => at });
  return {
    shown,
    later: (milliseconds: number): void => {
      at += milliseconds;
    },
    text: (): string => Buffer.concat(chunks).toString(),
  };
}

t.test('on a terminal bars are drawn over, at most ten times a second', async (t) => {
  const { shown, later, text } = progress(true);
  shown.show([{ label: 'validation', done: 5, total: 10, note: 'running' }]);
  t.equal(text(), `validation ${'█'.repeat(12)}${'░'.repeat(12)} 5/10 running\n`);
  later(50);
  shown.show([{ label: 'validation', done: 6, total: 10, note: 'running' }]);
  t.notMatch(text(), '6/10');
  later(50);
  shown.show([{ label: 'validation', done: 10, total: 10, note: 'passed' }]);
  t.match(text(), `\x1b[1A\x1b[0Jvalidation ${'█'.repeat(24)} 10/10 passed\n`);
});

t.test('a line that stays is put above the bars, and the end shows the latest state', async (t) => {
  const { shown, text } = progress(true);
  shown.show([{ label: 'a', done: 1, note: '' }]);
  shown.print('gate passed');
  t.match(text(), '\x1b[1A\x1b[0Jgate passed\na 1\n');
  shown.show([{ label: 'a', done: 2, note: '' }]);
  shown.end();
  t.ok(text().endsWith('\x1b[1A\x1b[0Ja 2\n'));
});

t.test('bars never wrap in a narrow terminal', async (t) => {
  const { shown, text } = progress(true, 20);
  shown.show([{ label: 'production', done: 5, total: 10, note: 'a long note' }]);
  t.equal([...text().trimEnd()].length, 19);
});

t.test('without a terminal plain lines come now and then, without escape codes, and once each', async (t) => {
  const { shown, later, text } = progress(false);
  const item = (done: number) => [{ label: 'pilot', done, total: 1000, note: 'running' }];
  shown.show(item(0));
  shown.show(item(10));
  later(10_000);
  shown.show(item(333));
  later(10_000);
  shown.show(item(333));
  shown.print('gate passed');
  shown.show(item(1000));
  shown.end();
  shown.end();
  t.equal(
    text(),
    'pilot: 0/1,000 (0 %), running\npilot: 333/1,000 (33 %), running\ngate passed\npilot: 1,000/1,000 (100 %), running\n',
  );
});

t.test('what is sent of a file is counted in a unit that says something', async (t) => {
  t.same(bytesItem('sent', 12, 12), { label: 'sent', done: 12, total: 12, note: 'bytes' });
  t.same(bytesItem('sent', 1_000, 20_000), { label: 'sent', done: 1, total: 20, note: 'KB' });
  t.same(bytesItem('sent', 5_000_000, 40_000_000), { label: 'sent', done: 5, total: 40, note: 'MB' });
  t.same(bytesItem('sent', 5_000_000, undefined), { label: 'sent', done: 5, note: 'MB' });
});
