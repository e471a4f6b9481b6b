import fc from 'fast-check';
import t from 'tap';
import { sealRecord } from '../../dialer/audit/audit-record.js';
import {
  type AuditRecord,
  CHAIN_START,
  ChainCheck,
  canonicalJson,
  hashOfRecord,
} from '../../dialer/audit/index.js';
import { auditEntry } from '../store/contract/audit.js';

function chain(length: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let i = 0; i < length; i += 1)
    records.push(sealRecord(auditEntry(i), records.at(-1) ?? CHAIN_START, 'key'));
  return records;
}

/** The first complaint about the records; undefined when the chain holds. */
function fault(records: readonly AuditRecord[], kept = records.at(-1) ?? CHAIN_START): string | undefined {
  const check = new ChainCheck();
  for (const record of records) {
    const found = check.next(record);
    if (found !== undefined) return found;
  }
  return check.end(kept);
}

t.test('canonical JSON is that of RFC 8785', (t) => {
  t.equal(
    canonicalJson({ b: [1, 1e21, 0.000001, -0], a: { '€': 'ü', '\r': null, z: undefined }, 1: true }),
    '{"1":true,"a":{"\\r":null,"€":"ü"},"b":[1,1e+21,0.000001,0]}',
  );
  t.throws(() => canonicalJson({ a: Number.NaN }), TypeError);
  t.throws(() => canonicalJson([undefined]), TypeError);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      return canonicalJson(JSON.parse(text)) === text;
    }),
  );
  t.end();
});

t.test('a chain as it was written holds', (t) => {
  t.equal(fault([]), undefined);
  t.equal(fault(chain(50)), undefined);
  t.end();
});

t.test('whatever is changed, dropped, swapped or inserted, the first broken record is named', (t) => {
  const records = chain(12);
  fc.assert(
    fc.property(fc.nat(11), fc.constantFrom('change', 'reseal', 'drop', 'swap', 'insert'), (at, how) => {
      const forged = [...records];
      const record = records[at] as AuditRecord;
      const number = at + 1;
      let first = number;
      if (how === 'change') forged[at] = { ...record, reason: 'another' };
      else if (how === 'reseal') {
        const { hash: _, ...content } = { ...record, reason: 'another' };
        forged[at] = { ...content, hash: hashOfRecord(content) };
        // Its own hash holds; the next record, or the head, no longer names it.
        first = at === 11 ? 12 : number + 1;
      } else if (how === 'drop') forged.splice(at, 1);
      else if (how === 'swap') {
        const other = at === 11 ? 10 : at + 1;
        [forged[at], forged[other]] = [records[other] as AuditRecord, record];
        first = Math.min(at, other) + 1;
      } else {
        forged.splice(at, 0, sealRecord(auditEntry(99), records[at - 1] ?? CHAIN_START, 'key'));
        first = number + 1;
      }
      const found = fault(forged, records[11] as AuditRecord);
      return found?.match(/record (\d+)/)?.[1] === String(first) || (how === 'insert' && found !== undefined);
    }),
    { numRuns: 300 },
  );
  t.pass('300 forgeries found');
  t.end();
});

t.test('a log that was cut off does not reach the head that was kept', (t) => {
  const records = chain(5);
  t.match(fault(records.slice(0, 3), records[4]), /record 4 is missing: the log should go on to 5/);
  t.match(fault(records, records[3]), /record 5 was added past the head/);
  t.end();
});
