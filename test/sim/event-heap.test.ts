import fc from 'fast-check';
import t from 'tap';
import { EventHeap } from '../../sim/virtual/event-heap.js';

t.test('events come out by time, and those of one time in the order they went in', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 3000 }), fc.array(fc.boolean()), (times, pops) => {
      const heap = new EventHeap<number>();
      const waiting: { time: number; order: number }[] = [];
      let order = 0;
      const popAndCompare = (): void => {
        waiting.sort((a, b) => a.time - b.time || a.order - b.order);
        const expected = waiting.shift()!;
        t.equal(heap.next(), expected.time);
        heap.pop();
        if (
          heap.time !== expected.time ||
          heap.target !== expected.order ||
          heap.kind !== expected.order % 7
        ) {
          t.fail(`${heap.time}/${heap.target} came before ${expected.time}/${expected.order}`);
        }
      };
      for (const time of times) {
        heap.push(time, order % 7, order);
        waiting.push({ time, order: order++ });
        if (pops[order % Math.max(1, pops.length)] === true && waiting.length > 40) popAndCompare();
      }
      while (heap.size > 0) popAndCompare();
      t.same(waiting, []);
      t.equal(heap.next(), Number.POSITIVE_INFINITY);
    }),
    { numRuns: 30 },
  );
});

t.test('what never happens takes no room', async (t) => {
  const heap = new EventHeap<string>();
  heap.push(Number.POSITIVE_INFINITY, 1, 'never');
  t.equal(heap.size, 0);
});
