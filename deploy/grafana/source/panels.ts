/** Grafana dashboards from short descriptions: panels flow from left to right and from row to row. */

const DATASOURCE = { type: 'prometheus', uid: 'prometheus' } as const;
const COLUMNS = 24;

/** Units by Grafana's own names. */
export type Unit = 'short' | 'percentunit' | 's' | 'cpm' | 'ops' | 'dtdurations';

/** A legend (Grafana's template, such as `{{state}}`) and its query in PromQL. */
export type Query = readonly [legend: string, expression: string];

export interface PanelOptions {
  readonly unit?: Unit;
  /** Of 24 columns. */
  readonly width?: number;
  readonly height?: number;
  /** What the panel shows and what to do about it. */
  readonly description?: string;
  /** From here on yellow, from there on red. */
  readonly thresholds?: readonly [warning: number, critical: number];
  /** The other way round: below the first yellow, below the second red. */
  readonly floors?: readonly [warning: number, critical: number];
  readonly stack?: boolean;
}

export interface PanelDescription extends PanelOptions {
  readonly type: 'row' | 'stat' | 'timeseries' | 'bargauge' | 'table';
  readonly title: string;
  readonly queries: readonly Query[];
}

export function row(title: string): PanelDescription {
  return { type: 'row', title, queries: [], width: COLUMNS, height: 1 };
}

/** One figure, with its recent course behind it. */
export function stat(title: string, expression: string, options: PanelOptions = {}): PanelDescription {
  return { type: 'stat', title, queries: [['', expression]], width: 4, height: 4, ...options };
}

/** Lines over time. */
export function series(
  title: string,
  queries: readonly Query[],
  options: PanelOptions = {},
): PanelDescription {
  return { type: 'timeseries', title, queries, width: 12, height: 8, ...options };
}

/** Bars as of now. */
export function bars(title: string, queries: readonly Query[], options: PanelOptions = {}): PanelDescription {
  return { type: 'bargauge', title, queries, width: 8, height: 8, ...options };
}

/** Labels and values as of now. */
export function table(title: string, expression: string, options: PanelOptions = {}): PanelDescription {
  return { type: 'table', title, queries: [['', expression]], width: 8, height: 8, ...options };
}

export interface DashboardDescription {
  /** Stable, because links name it. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelDescription[];
  /** Offers a choice of campaigns; queries name it `$campaign`. */
  readonly byCampaign?: boolean;
  readonly refresh?: string;
  /** How far back it looks at first, such as `now-30m`. */
  readonly from?: string;
}

/** The dashboard as Grafana provisions it. */
export function dashboard(description: DashboardDescription): object {
  const { uid, title, panels, byCampaign = false, refresh = '5s', from = 'now-30m' } = description;
  return {
    uid,
    title: `Tactus: ${title}`,
    tags: ['tactus'],
    timezone: 'browser',
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh,
    time: { from, to: 'now' },
    timepicker: {},
    fiscalYearStartMonth: 0,
    links: [
      {
        title: 'Tactus',
        type: 'dashboards',
        tags: ['tactus'],
        asDropdown: true,
        keepTime: true,
        includeVars: true,
        icon: 'external link',
        targetBlank: false,
        tooltip: '',
        url: '',
      },
    ],
    annotations: { list: [] },
    templating: { list: byCampaign ? [campaignVariable()] : [] },
    panels: placed(panels),
  };
}

function campaignVariable(): object {
  const query = 'label_values(dialer_campaign_stage_info, campaign)';
  return {
    name: 'campaign',
    label: 'Campaign',
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: 'campaign' },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: 'All', value: '$__all' },
    hide: 0,
    options: [],
    regex: '',
    skipUrlSync: false,
  };
}

function placed(panels: readonly PanelDescription[]): object[] {
  let x = 0;
  let y = 0;
  let lineHeight = 0;
  return panels.map((panel, index) => {
    const { width: w = COLUMNS, height: h = 1 } = panel;
    if (x + w > COLUMNS) {
      x = 0;
      y += lineHeight;
      lineHeight = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    lineHeight = Math.max(lineHeight, h);
    return panelOf(panel, index + 1, gridPos);
  });
}

function panelOf(panel: PanelDescription, id: number, gridPos: object): object {
  const { type, title, queries, description } = panel;
  if (type === 'row') return { id, type, title, gridPos, collapsed: false, panels: [] };
  return {
    id,
    type,
    title,
    ...(description !== undefined && { description }),
    datasource: DATASOURCE,
    gridPos,
    targets: queries.map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      ...(type === 'table' && { format: 'table', instant: true }),
    })),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    ...(type === 'table' && { transformations: [HIDE_SCRAPE_LABELS] }),
    options: OPTIONS[type],
  };
}

const HIDE_SCRAPE_LABELS = {
  id: 'organize',
  options: { excludeByName: { Time: true, __name__: true, instance: true, job: true }, renameByName: {} },
};

function fieldDefaults({
  type,
  unit = 'short',
  thresholds,
  floors,
  stack = false,
}: PanelOptions & {
  readonly type: PanelDescription['type'];
}): object {
  const steps =
    thresholds !== undefined
      ? [
          { color: 'green', value: null },
          { color: 'yellow', value: thresholds[0] },
          { color: 'red', value: thresholds[1] },
        ]
      : floors !== undefined
        ? [
            { color: 'red', value: null },
            { color: 'yellow', value: floors[1] },
            { color: 'green', value: floors[0] },
          ]
        : undefined;
  return {
    unit,
    ...(steps !== undefined && { color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps } }),
    ...(type === 'timeseries' && {
      color: { mode: 'palette-classic' },
      custom: {
        lineWidth: 1,
        fillOpacity: stack ? 30 : 8,
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: stack ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: steps === undefined ? 'off' : 'line' },
      },
    }),
    ...(unit === 'percentunit' && { min: 0 }),
  };
}

const REDUCE = { calcs: ['lastNotNull'], fields: '', values: false };
const OPTIONS = {
  stat: {
    reduceOptions: REDUCE,
    colorMode: 'value',
    graphMode: 'area',
    textMode: 'auto',
    justifyMode: 'auto',
    orientation: 'auto',
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', calcs: [], showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  bargauge: {
    reduceOptions: REDUCE,
    displayMode: 'basic',
    orientation: 'horizontal',
    showUnfilled: true,
    valueMode: 'color',
  },
  table: { showHeader: true, cellHeight: 'sm' },
} as const;
