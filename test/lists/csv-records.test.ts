import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import t from 'tap';
import { MAXIMUM_RECORD_BYTES, RecordSplitter, recordPlaces } from '../../dialer/lists/csv-records.js';
import { csvOptions } from '../../dialer/lists/parse-block.js';

const COMMA = 0x2c;

function split(
  text: string,
  chunkSizes: readonly number[],
): { text: string; line: number; lastLine: number }[] {
  const bytes = Buffer.from(text);
  const splitter = new RecordSplitter(COMMA, 1);
  const blocks = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = chunkSizes[turn % chunkSizes.length]!;
    blocks.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  blocks.push(...splitter.end());
  return blocks.map((block) => ({
    text: Buffer.from(block.bytes).toString(),
    line: block.firstLine,
    lastLine: block.lastLine,
  }));
}

const cell = fc.string({
  unit: fc.constantFrom('a', 'é', '1', ' ', ',', '"', '\n', '\r\n', "'", ';'),
  maxLength: 8,
});

/** As RFC 4180 has it: quoted where needed, or at will. */
function write(rows: readonly (readonly (readonly [string, boolean])[])[]): string {
  return rows
    .map((row) =>
      row
        .map(([text, quote]) =>
          quote || /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text,
        )
        .join(','),
    )
    .map((line) => `${line}\n`)
    .join('');
}

t.test(
  'however a file is cut into chunks, blocks are whole records and nothing is lost or doubled',
  async (t) => {
    const rows = fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 2, maxLength: 4 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (content, sizes) => {
        const text = write(content);
        const blocks = split(text, sizes);
        const joined = blocks.map((block) => block.text).join('');
        if (joined !== text) throw new Error('the blocks are not the file');
        const options = { ...csvOptions(','), trim: false };
        const whole = parse(text, options) as unknown as string[][];
        const apart = blocks.flatMap((block) => parse(block.text, options) as unknown as string[][]);
        if (JSON.stringify(apart) !== JSON.stringify(whole)) throw new Error('a block cuts a record');
        let line = 1;
        for (const block of blocks) {
          if (block.line !== line) throw new Error(`a block begins on line ${line}, not ${block.line}`);
          line += block.text.split('\n').length - 1;
          if (block.lastLine !== line - 1) throw new Error(`a block ends on line ${line - 1}`);
        }
      }),
      { numRuns: 2000 },
    );
    t.pass();
  },
);

t.test('a block owns its memory, so that giving it away spoils nothing else', async (t) => {
  const splitter = new RecordSplitter(COMMA, 1);
  const chunk = Buffer.from('a,b\nc,');
  const [block] = splitter.push(chunk);
  structuredClone(block, { transfer: [block!.bytes.buffer as ArrayBuffer] });
  t.equal(chunk.toString(), 'a,b\nc,');
  t.equal(Buffer.from(splitter.push(Buffer.from('d\n'))[0]!.bytes).toString(), 'c,d\n');
});

t.test('the places of records are those of csv-parse, with the lines they begin on', async (t) => {
  const text = 'a,b\n"x\ny",2\r\n\n"p ""q"" r", "s,\n"\nlast,1';
  t.same(
    recordPlaces(Buffer.from(text), COMMA, 10).map(({ line, lastLine }) => [line, lastLine]),
    [
      [10, 10],
      [11, 12],
      [13, 13],
      [14, 15],
      [16, 16],
    ],
  );
});

t.test('a quote that is never closed breaks its own line only', async (t) => {
  const text = `1,"open\n${'2,fine\n'.repeat(3)}`;
  t.same(
    split(text, [1000]).map((block) => [block.text, block.line]),
    [
      ['1,"open\n', 1],
      ['2,fine\n2,fine\n2,fine\n', 2],
    ],
  );
  const long = `1,"open\n${'2,fine\n'.repeat(30_000)}`;
  t.equal(split(long, [65_536])[0]!.text, '1,"open\n');
  t.equal(
    split(long, [65_536])
      .map((block) => block.text)
      .join(''),
    long,
  );
});

t.test('a line without an end is refused, and so is a file full of open quotes', async (t) => {
  t.throws(() => split('x'.repeat(MAXIMUM_RECORD_BYTES + 1), [1000]), {
    message: /line 1 is longer than 64 KB/,
  });
  const splitter = new RecordSplitter(COMMA, 1, 64);
  // The quote at the end of each line would close on the next, but that is too far away.
  t.throws(() => splitter.push(Buffer.from(`${'x'.repeat(60)},"\n`.repeat(1002))), {
    message: /line 1001: more than 1000 quotes are never closed/,
  });
});
