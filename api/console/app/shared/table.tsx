/** Tables: sortable, and drawn only where they are seen, so that thousands of rows do not stutter. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { localeTag } from './i18n';
import { t } from './texts';

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  cell(row: Row): ComponentChildren;
  /** What the column sorts by; without it, it does not sort. */
  sort?(row: Row): number | string | undefined;
  readonly align?: 'right';
  /** Width in CSS; the columns without one share what is left. */
  readonly width?: string;
  /** Not shown on a phone. */
  readonly wideOnly?: boolean;
}

export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** Tables up to this length are drawn whole. */
const WHOLE_ROWS = 80;
/** Rows drawn above and below what is seen. */
const MARGIN_ROWS = 12;
const ROW_PIXELS = 41;
const PHONE = '(max-width: 700px)';

export function Table<Row>({
  rows,
  columns,
  keyOf,
  label,
  initialOrder,
  onOpen,
  empty = t('table.empty'),
  rowClass,
  height = 'min(70vh, 860px)',
}: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  /** What the table lists, for those who cannot see it. */
  label: string;
  initialOrder?: Order;
  /** A click on the row; each row needs a link or a button for the keyboard beside it. */
  onOpen?(row: Row): void;
  empty?: ComponentChildren;
  rowClass?(row: Row): string;
  /** Height from which a long table scrolls within itself. */
  height?: string;
}) {
  const [order, setOrder] = useState(initialOrder);
  const phone = useMedia(PHONE);
  const shown = columns.filter((column) => !phone || column.wideOnly !== true);
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order]);
  const long = sorted.length > WHOLE_ROWS;
  const scroller = useRef<HTMLElement>(null);
  const [first, last] = useWindow(scroller, long, sorted.length);
  const visible = sorted.slice(first, last);

  if (rows.length === 0) return <div class="table-empty">{empty}</div>;
  return (
    <section
      class={`table-scroll ${long ? 'long' : ''}`}
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      style={long ? { maxHeight: height } : {}}
    >
      <table class={onOpen === undefined ? '' : 'opens'} aria-rowcount={sorted.length + 1}>
        <colgroup>
          {shown.map((column) => (
            <col key={column.id} style={column.width === undefined ? {} : { width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {shown.map((column) => (
              <Head key={column.id} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Gap rows={first} columns={shown.length} />}
          {visible.map((row, i) => (
            <tr
              key={keyOf(row)}
              class={rowClass?.(row) ?? ''}
              aria-rowindex={first + i + 2}
              {...(onOpen === undefined
                ? {}
                : {
                    onClick: (event: MouseEvent) => {
                      const target = event.target as Element;
                      if (target.closest('a, button, input, label, select') === null) onOpen(row);
                    },
                  })}
            >
              {shown.map((column) => (
                <td key={column.id} class={column.align ?? ''}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {last < sorted.length && <Gap rows={sorted.length - last} columns={shown.length} />}
        </tbody>
      </table>
    </section>
  );
}

function Head<Row>({
  column,
  order,
  onOrder,
}: {
  column: Column<Row>;
  order: Order | undefined;
  onOrder(order: Order): void;
}) {
  if (column.sort === undefined) {
    return (
      <th scope="col" class={column.align ?? ''}>
        {column.head}
      </th>
    );
  }
  const here = order?.column === column.id;
  const direction = !here ? 'none' : order.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={column.align ?? ''} aria-sort={direction}>
      <button
        type="button"
        class={`sort ${direction}`}
        title={t('table.sort', { column: column.head })}
        onClick={() => onOrder({ column: column.id, descending: here && !order.descending })}
      >
        {column.head}
      </button>
    </th>
  );
}

function Gap({ rows, columns }: { rows: number; columns: number }) {
  return (
    <tr class="gap" style={{ height: `${rows * ROW_PIXELS}px` }}>
      <td colSpan={columns} />
    </tr>
  );
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const by = columns.find((column) => column.id === order?.column)?.sort;
  if (order === undefined || by === undefined) return rows;
  const sign = order.descending ? -1 : 1;
  const collator = new Intl.Collator(localeTag(), { numeric: true });
  const keyed = rows.map((row) => ({ row, key: by(row) }));
  keyed.sort((a, b) => {
    // What has no value is last in either direction.
    if (a.key === undefined || b.key === undefined)
      return Number(a.key === undefined) - Number(b.key === undefined);
    if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
    return sign * collator.compare(String(a.key), String(b.key));
  });
  return keyed.map(({ row }) => row);
}

/** The rows in sight and a margin: [first, last). */
function useWindow(
  scroller: { readonly current: HTMLElement | null },
  long: boolean,
  length: number,
): readonly [number, number] {
  const [range, setRange] = useState<readonly [number, number]>([0, WHOLE_ROWS]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!long || element === null) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const first = Math.max(0, Math.floor(element.scrollTop / ROW_PIXELS) - MARGIN_ROWS);
      const seen = Math.ceil((element.clientHeight || 800) / ROW_PIXELS);
      const last = first + seen + 2 * MARGIN_ROWS;
      setRange((old) => (old[0] === first && old[1] === last ? old : [first, last]));
    };
    const later = () => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    element.addEventListener('scroll', later, { passive: true });
    const resized = new ResizeObserver(later);
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', later);
      resized.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [scroller, long, length]);
  return long ? [Math.min(range[0], length), Math.min(range[1], length)] : [0, length];
}

/** Does the media query hold now? */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = () => setHolds(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [query]);
  return holds;
}
