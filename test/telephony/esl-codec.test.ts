import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { decodePercent, EslCodec, type EslMessage } from '../../dialer/telephony/freeswitch/esl-codec.js';
import { EslFrameError, EslFramer } from '../../dialer/telephony/freeswitch/esl-framer.js';
import { subscribedEvents, wantedHeaders } from '../../dialer/telephony/freeswitch/event-connection.js';
import { readCapture, switchBytes } from './captures.js';
import { eventFrame } from './scripted-switch.js';

function decode(
  bytes: Buffer,
  cuts: readonly number[] = [],
  wanted: readonly string[] = wantedHeaders,
): EslMessage[] {
  const codec = new EslCodec(wanted);
  const messages: EslMessage[] = [];
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    codec.push(bytes.subarray(start, cut), (message) => messages.push(message));
    start = cut;
  }
  return messages;
}

function events(messages: readonly EslMessage[]) {
  return messages.flatMap((message) => (message.type === 'event' ? [message.event] : []));
}

const raw = switchBytes(readCapture('raw-all-events'));

t.test('a recorded call is read whole: greeting, replies, events in order, job body, notice', async (t) => {
  const messages = decode(raw);
  t.equal(messages[0]?.type, 'auth-request');
  t.strictSame(messages[1], { type: 'reply', text: '+OK accepted' });
  t.strictSame(
    events(messages).map(({ name }) => name),
    [
      'CHANNEL_CREATE',
      'CHANNEL_ORIGINATE',
      'CHANNEL_ANSWER',
      'BACKGROUND_JOB',
      'CHANNEL_EXECUTE',
      'CHANNEL_PARK',
      'CHANNEL_HANGUP',
      'CHANNEL_UNPARK',
      'CHANNEL_EXECUTE_COMPLETE',
      'CHANNEL_HANGUP_COMPLETE',
      'CHANNEL_DESTROY',
    ],
  );
  const job = events(messages).find(({ name }) => name === 'BACKGROUND_JOB');
  t.equal(job?.body, '+OK 1c8c9157-8916-49dc-b9f4-6f74138bbebc\n');
  const notice = messages.at(-1);
  t.equal(notice?.type, 'disconnect-notice');
});

t.test('any chunking of the bytes gives the same messages', async (t) => {
  const whole = decode(raw);
  t.strictSame(
    decode(
      raw,
      Array.from({ length: raw.length - 1 }, (_, index) => index + 1),
    ),
    whole,
    'byte by byte',
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: raw.length - 1 }), { maxLength: 40 }), (cuts) => {
      t.strictSame(
        decode(
          raw,
          [...cuts].sort((a, b) => a - b),
        ),
        whole,
      );
    }),
    { numRuns: 50 },
  );
});

t.test('events made of any headers and bodies come back as they were, however they are cut', async (t) => {
  const value = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 10 }),
        fc.constantFrom('\n', '\n\n', '%', '%E9', ': ', '\0'),
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.array(fc.record({ cause: value, id: value, body: value }, { noNullPrototype: true }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (sent, places) => {
        const bytes = Buffer.from(
          sent
            .map(({ cause, id, body }) =>
              eventFrame('CHANNEL_ANSWER', { 'Hangup-Cause': cause, unwanted: 'x', 'Unique-ID': id }, body),
            )
            .join(''),
          'latin1',
        );
        const cuts = places.map((place) => place % bytes.length).sort((a, b) => a - b);
        const got = events(decode(bytes, cuts)).map(({ headers, body }) => ({
          cause: headers['Hangup-Cause'],
          id: headers['Unique-ID'],
          body,
        }));
        assert.deepEqual(got, sent);
      },
    ),
    { numRuns: 100 },
  );
  t.pass('100 streams at random');
});

t.test('only wanted headers are kept, and all of them with their values', async (t) => {
  const end = events(decode(switchBytes(readCapture('busy')))).find(
    ({ name }) => name === 'CHANNEL_HANGUP_COMPLETE',
  );
  t.ok(end);
  t.equal(end?.headers['variable_hangup_cause_q850'], '17');
  t.equal(end?.headers['variable_sip_term_status'], '486');
  t.equal(end?.headers['Hangup-Cause'], 'USER_BUSY', 'a header that stands twice is read');
  for (const name of Object.keys(end?.headers ?? {}))
    t.ok([...wantedHeaders, 'Content-Length'].includes(name as never), `${name} is wanted`);
});

t.test('a header that is no UTF-8 is left as it came, and nothing is thrown', async (t) => {
  t.equal(decodePercent('Caf%E9'), 'Caf%E9');
  t.equal(decodePercent('100% x'), '100% x');
  t.equal(decodePercent('%E4%BD'), '%E4%BD', 'a character that was cut');
  t.equal(decodePercent('J%C3%B6rg'), 'Jörg');
  const frame = 'Content-Length: 68\nContent-Type: text/event-plain\n\n';
  const event = 'Event-Name: CHANNEL_ANSWER\nHangup-Cause: Caf%E9 100% x\nUnique-ID: 1\n';
  t.equal(event.length, 68);
  const [answer] = events(decode(Buffer.from(`${frame}${event}`, 'latin1')));
  t.equal(answer?.headers['Hangup-Cause'], 'Caf%E9 100% x');
  t.equal(answer?.headers['Unique-ID'], '1');
});

t.test(
  'a value that held %XX before cannot be told from an encoded one, and still does no harm',
  async (t) => {
    // The switch sends the variable `a:b=c%20d` as `a%3Ab%3Dc%20d`.
    const answer = events(
      decode(switchBytes(readCapture('outbound-paused-and-utf8')), [], ['variable_dialer_x', 'Event-Name']),
    ).find(({ name }) => name === 'CHANNEL_ANSWER');
    t.equal(answer?.headers['variable_dialer_x'], 'a:b=c d');
  },
);

t.test('UTF-8 in a caller name is decoded', async (t) => {
  const answer = events(
    decode(switchBytes(readCapture('outbound-paused-and-utf8')), [], ['variable_origination_caller_id_name']),
  ).find(({ name }) => name === 'CHANNEL_ANSWER');
  t.equal(answer?.headers['variable_origination_caller_id_name'], 'Jörg Müller & Söhne 100%');
});

t.test('the notice that a listener lost events is found in the middle of a half-sent frame', async (t) => {
  const codec = new EslCodec(wantedHeaders);
  const messages: EslMessage[] = [];
  // What a stalled reader got at last from a real switch.
  codec.push(
    Buffer.from(
      'Content-Length: 1904\nContent-Type: text/event-plain\n\nEveContent-Type: text/disconnect-notice\nContent-Length: 39\n\nkilled listener because of lost events\n',
    ),
    (message) => messages.push(message),
  );
  t.strictSame(messages, [], 'the frame itself is never finished');
  t.equal(codec.finish(), 'killed listener because of lost events');
});

t.test('at the end of an ordinary stream there is no such notice', async (t) => {
  const codec = new EslCodec(wantedHeaders);
  codec.push(raw, () => undefined);
  t.equal(codec.finish(), '');
  codec.push(Buffer.from('Content-Length: 100\n'), () => undefined);
  t.equal(codec.finish(), '');
});

t.test('a frame above 1 MB is refused as soon as its length is known', async (t) => {
  const codec = new EslCodec(wantedHeaders);
  const bomb = Buffer.from(`Content-Length: ${50 * 1024 * 1024}\nContent-Type: text/event-plain\n\n`);
  t.throws(() => codec.push(bomb, () => undefined), EslFrameError);
});

t.test('a header block without end and a length that is no number are refused', async (t) => {
  t.throws(() => new EslFramer(1024).push(Buffer.alloc(70_000, 'x'), () => undefined), EslFrameError);
  for (const length of ['-1', '1e3', 'NaN', '', '99999999999999999999'])
    t.throws(
      () => new EslFramer(1024).push(Buffer.from(`Content-Length: ${length}\n\n`), () => undefined),
      EslFrameError,
      JSON.stringify(length),
    );
});

t.test('any bytes at all end in messages or in a frame error, never in another', async (t) => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .constantFrom('\n\n', 'Content-Length: 5\n\n', 'Content-Type: text/event-plain\n', '%', ': ')
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const codec = new EslCodec(wantedHeaders);
      try {
        for (const bytes of pieces) codec.push(Buffer.from(bytes), () => undefined);
        codec.finish();
      } catch (error) {
        if (!(error instanceof EslFrameError)) throw error;
      }
    }),
  );
  t.pass('no other error was thrown');
});

t.test('after stop() no frame is handed on, not even one of the same chunk', async (t) => {
  const framer = new EslFramer(1024);
  let frames = 0;
  framer.push(Buffer.from('A: 1\n\nB: 2\n\n'), () => {
    frames++;
    framer.stop();
  });
  framer.push(Buffer.from('C: 3\n\n'), () => frames++);
  t.equal(frames, 1);
});

t.test('the subscription names no CUSTOM event, which would swallow the names after it', async (t) => {
  t.notOk(subscribedEvents.some((name) => (name as string) === 'CUSTOM'));
  t.ok(subscribedEvents.includes('BACKGROUND_JOB'), 'without it the results of originates are lost');
});
