/** A reader of the live events goes on where it was after a kill -9 of the real service: nothing lost, nothing doubled. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ServiceProcess } from '../support/service-process.js';

const timeout = 180_000;
t.setTimeout(timeout);

interface Seen {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads events after `last` until there are so many, or the stream breaks. */
async function read(url: string, key: string, last: string, most: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  const abort = new AbortController();
  try {
    const response = await fetch(`${url}/v1/events`, {
      headers: { authorization: `Bearer ${key}`, 'last-event-id': last },
      signal: abort.signal,
    });
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    let pending = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (pending + chunk).split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
        if (field('id') !== '' && seen.length < most)
          seen.push({ id: field('id'), event: field('event'), data: field('data') });
      }
      if (seen.length >= most) break;
    }
  } catch (error) {
    // A service that was killed breaks the stream; what was read before counts.
    if (seen.length === 0) throw error;
  } finally {
    abort.abort();
  }
  return seen;
}

t.test('a stream is taken up again after the service was killed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-stream-'));
  let service = await ServiceProcess.start(folder, []);
  t.teardown(async () => {
    await service.kill();
    await rm(folder, { recursive: true, force: true });
  });
  const key = (await readFile(join(folder, 'admin.key'), 'utf8')).trim();
  const busy = async (round: string): Promise<void> => {
    for (let i = 0; i < 20; i++)
      await service.must('POST', '/v1/campaigns', { id: `${round}-${i}`, name: `${round} ${i}` });
  };
  const lives: Seen[][] = [];
  let last = '0';
  for (const round of ['first', 'second', 'third']) {
    const reading = read(service.url, key, last, 1_000_000);
    await busy(round);
    // In the middle of the sample campaign's calls, and of a reader who listens.
    const end = service
      .must('POST', '/v1/campaigns', { id: `${round}-end`, name: 'End' })
      .catch(() => undefined);
    await service.kill();
    await end;
    const seen = await reading;
    t.ok(seen.length > 0, `${seen.length} events in the ${round} life`);
    lives.push(seen);
    last = seen.at(-1)?.id ?? last;
    service = await ServiceProcess.start(folder, []);
  }
  const heard = lives.flat();
  // The journal as a reader has it who was not there: it begins with all that was heard, in the same order.
  const journal = await read(service.url, key, '0', heard.length);
  t.same(
    heard.map(({ id }) => id),
    journal.map(({ id }) => id),
    'each event once, and none is missing',
  );
  t.same(heard, journal, 'and each as it is in the journal');
  const made = heard.filter(
    ({ event, data }) => event === 'campaign-changed' && /"(first|second|third)-\d+"/.test(data),
  );
  t.ok(made.length > 0, 'the events of our own requests are among them');
});
