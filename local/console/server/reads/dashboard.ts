import { z } from "zod";
import type { Scope } from "../../../account/aws/arn";
import { Fault } from "../../../account/aws/fault";
import { readAllPages } from "../../../account/aws/read-all-pages";
import type { ChartData, Operations } from "../../messages";
import type { Calls } from "../caller";
import type { Place, Selection } from "../selection";

type Dashboard = Pick<Operations, "charts" | "leftOut">;

const hours = 24;
/** In seconds: a chart of a day has at most 144 values a line. */
const shortestStep = 600;
const mostCharts = 50;
const mostLines = 50;

/**
 * The members of a metric's widget that the console reads (CloudWatch API reference, "Dashboard
 * body structure and syntax"). CloudWatch accepts more, and parts with a wrong type must not hide
 * the others.
 */
const widgetShape = z.object({
  type: z.literal("metric"),
  properties: z.object({
    title: z.string().catch(""),
    stat: z.string().catch("Average"),
    period: z.number().positive().catch(300),
    region: z.string().optional().catch(undefined),
    metrics: z.array(z.array(z.unknown())),
  }),
});
type Widget = z.output<typeof widgetShape>["properties"];

/** The last element of a metric may say how it is drawn. */
const renderingShape = z.object({
  label: z.string().optional(),
  stat: z.string().optional(),
  visible: z.boolean().optional(),
  expression: z.string().optional(),
  region: z.string().optional(),
  accountId: z.string().optional(),
});

interface Line {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly stat: string;
  readonly label: string;
}

/**
 * The charts of the selected dashboards, and what of them is not drawn. "All dashboards in your
 * account are global, not region-specific" (API reference, PutDashboard): each is read once, and
 * its charts name their Region.
 */
export async function readDashboards({ places, shows }: Selection, now: number): Promise<Dashboard> {
  const leftOut: string[] = [];
  const charts: ChartData[] = [];
  const read = new Set<string>();
  for (const place of places) {
    for (const { DashboardName = "", DashboardArn = "" } of await listDashboards(place)) {
      if (read.has(DashboardArn) || !shows({ type: "Dashboard", name: DashboardName, arn: DashboardArn })) continue;
      read.add(DashboardArn);
      for (const [index, widget] of (await readWidgets(place, DashboardName)).entries()) {
        const leaveOut = (why: string) => leftOut.push(`${DashboardName}, widget ${index + 1}: ${why}`);
        const { data } = widgetShape.safeParse(widget);
        if (!data) leaveOut("it is not a chart of metrics");
        else if (charts.length >= mostCharts) leaveOut(`only ${mostCharts} charts are drawn`);
        else {
          charts.push(...(await readChart(findPlace(places, place, data.properties), data.properties, now, leaveOut)));
        }
      }
    }
  }
  return { charts, leftOut };
}

const listDashboards = ({ view }: Place) =>
  readAllPages(async (NextToken) => {
    const page = await view("cloudwatch", "ListDashboards", { NextToken });
    return { items: page.DashboardEntries, next: page.NextToken };
  });

async function readWidgets({ view }: Place, DashboardName: string): Promise<unknown[]> {
  const { DashboardBody = "{}" } = await view("cloudwatch", "GetDashboard", { DashboardName });
  return z.object({ widgets: z.array(z.unknown()).catch([]) }).parse(JSON.parse(DashboardBody)).widgets;
}

/** Finds the place of a chart's metrics; lines of another one are left out. */
function findPlace(places: readonly Place[], own: Place, { region }: Widget): Place {
  const isThere = ({ scope }: Place) => scope.account === own.scope.account && scope.region === region;
  return places.find(isThere) ?? own;
}

/** No chart if CloudWatch refuses the request for its values. */
async function readChart(
  { scope, view }: Place,
  widget: Widget,
  now: number,
  leaveOut: (why: string) => void,
): Promise<ChartData[]> {
  const lines = readLines(scope, widget, leaveOut);
  const step = Math.max(Math.ceil(widget.period / 60) * 60, shortestStep);
  const end = Math.ceil(now / 1000 / step) * step;
  const start = end - hours * 3_600;
  const times = Array.from({ length: Math.floor((end - start) / step) }, (_, slot) => start + slot * step);
  try {
    const values = lines.length === 0 ? [] : await readValues(view, lines, { start, end, step });
    return [
      {
        title: widget.title,
        times,
        lines: lines.map(({ label }, index) => ({
          label,
          values: times.map((time) => values[index]?.get(time) ?? null),
        })),
      },
    ];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    leaveOut(error.message);
    return [];
  }
}

/** The values of each line by their time in epoch seconds. */
async function readValues(
  view: Calls,
  lines: readonly Line[],
  { start, end, step }: { start: number; end: number; step: number },
): Promise<ReadonlyMap<number, number>[]> {
  const { MetricDataResults = [] } = await view("cloudwatch", "GetMetricData", {
    StartTime: new Date(start * 1000),
    EndTime: new Date(end * 1000),
    ScanBy: "TimestampAscending",
    MetricDataQueries: lines.map(({ namespace, metric, dimensions, stat }, index) => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: { Namespace: namespace, MetricName: metric, Dimensions: [...dimensions] },
        Period: step,
        Stat: stat,
      },
    })),
  });
  return lines.map((_, index) => {
    const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === `m${index}`) ?? {};
    return new Map(Timestamps.map((time, index: number) => [time.getTime() / 1000, Values[index] ?? 0]));
  });
}

function readLines(
  scope: Scope,
  { metrics, stat, region = scope.region }: Widget,
  leaveOut: (why: string) => void,
): Line[] {
  let previous: readonly string[] = [];
  return metrics.flatMap((metric, index): Line[] => {
    const refuse = (why: string) => {
      leaveOut(`line ${index + 1} ${why}`);
      return [];
    };
    if (index >= mostLines) return index === mostLines ? refuse(`and more: only ${mostLines} lines are drawn`) : [];
    const last = metric.at(-1);
    const rendering = typeof last === "string" ? {} : renderingShape.safeParse(last).data;
    if (!rendering) return refuse("has a form that the console does not know");
    if (rendering.expression !== undefined) return refuse(`is the expression ${rendering.expression.slice(0, 200)}`);
    const names = expand(typeof last === "string" ? metric : metric.slice(0, -1), previous);
    if (!names) return refuse("does not name a metric with its dimensions");
    previous = names;
    if (rendering.visible === false) return [];
    if ((rendering.region ?? region) !== scope.region) return refuse("is a metric of another Region");
    if ((rendering.accountId ?? scope.account) !== scope.account) return refuse("is a metric of another account");
    const [namespace = "", name = "", ...dimensions] = names;
    const label = rendering.label ?? labelOf(name, dimensions);
    return [{ namespace, metric: name, dimensions: toPairs(dimensions), stat: rendering.stat ?? stat, label }];
  });
}

/**
 * A metric's namespace, name and dimensions. `.` repeats what the metric before has at the same
 * place, and `...` all that it has before the last elements, which are given.
 */
function expand(metric: readonly unknown[], previous: readonly string[]): string[] | undefined {
  const [first, ...rest] = metric;
  const given = first === "..." ? [...previous.slice(0, Math.max(previous.length - rest.length, 0)), ...rest] : metric;
  const names = given.map((name, index) => (name === "." ? previous[index] : name));
  const isComplete = names.length >= 2 && names.length % 2 === 0;
  return isComplete && names.every((name): name is string => typeof name === "string") ? names : undefined;
}

/** The last dimension tells apart the lines of a chart with a line for each model or function. */
function labelOf(metric: string, dimensions: readonly string[]): string {
  const [name, value] = dimensions.slice(-2);
  return name === "Model" || name === "FunctionName" ? (value ?? metric) : metric;
}

const toPairs = (flat: readonly string[]) =>
  flat.flatMap((Name, index) => (index % 2 === 0 ? [{ Name, Value: flat[index + 1] ?? "" }] : []));
