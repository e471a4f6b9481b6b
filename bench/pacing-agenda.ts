/** What is due when, earliest first; the order of insertion decides between equals. */
export class Agenda<Item> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: Item[] = [];
  #order = 0;

  push(time: number, item: Item): void {
    let i = this.#items.length;
    this.#times.push(time);
    this.#orders.push(this.#order++);
    this.#items.push(item);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.#before(i, up)) break;
      this.#swap(i, up);
      i = up;
    }
  }

  pop(): { time: number; item: Item } | undefined {
    if (this.#items.length === 0) return undefined;
    const item = this.#items[0] as Item;
    const time = this.#times[0] as number;
    const last = this.#items.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    this.#orders.pop();
    this.#items.pop();
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= last) break;
      const down = left + 1 < last && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(down, i)) break;
      this.#swap(i, down);
      i = down;
    }
    return { time, item };
  }

  #before(a: number, b: number): boolean {
    const d = (this.#times[a] as number) - (this.#times[b] as number);
    return d < 0 || (d === 0 && (this.#orders[a] as number) < (this.#orders[b] as number));
  }

  #swap(a: number, b: number): void {
    for (const list of [this.#times, this.#orders, this.#items] as unknown[][]) {
      const x = list[a];
      list[a] = list[b];
      list[b] = x;
    }
  }
}
