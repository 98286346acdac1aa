import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { rangeOf } from "./chart-range";
import { timeLabels } from "./chart-times";

export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Names one of the style sheet's colours; default: by position. */
  readonly colour?: string;
  readonly dashed?: boolean;
}
interface ChartProps {
  readonly title: string;
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly height?: number;
  /** Marks each value, for charts of few values. */
  readonly points?: boolean;
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const colourOf = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "#888";
const axisFont = (scale: number) => `${11 * scale}px system-ui`;
const order = ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5"];

/**
 * A chart of lines over time, as wide as its place; its values are in a table for screen readers.
 */
export function Chart({ title, times, lines, height = 170, points = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const content = JSON.stringify([times, lines]);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(
        optionsOf(lines, element.clientWidth, height, points),
        [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData,
        element,
      );
    };
    draw();
    const watch = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    dark.addEventListener("change", draw);
    return () => {
      watch.disconnect();
      dark.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [content, height, points]);
  const last = lines.map(
    ({ label, values }) => `${label}: ${values.findLast((value) => value !== null) ?? "no value"}`,
  );
  const isEmpty = lines.every(({ values }) => values.every((value) => value === null));
  return (
    <figure class={isEmpty ? "chart nothing" : "chart"}>
      <figcaption>
        {title} <span class="muted">(times in UTC)</span>
      </figcaption>
      <ul class="legend">
        {lines.map(({ label, colour, dashed }, index) => (
          <li key={`${index} ${label}`}>
            <span class={`key ${dashed ? "dashed" : ""} ${colour ?? order[index % order.length]}`} aria-hidden="true" />
            {label}
          </li>
        ))}
      </ul>
      {isEmpty && <p class="muted">No values yet.</p>}
      <div ref={place} role="img" aria-label={`${title}. ${last.join(", ")}`} />
    </figure>
  );
}

function optionsOf(lines: readonly ChartLine[], width: number, height: number, points: boolean): uPlot.Options {
  const solid = lines.filter(({ dashed }) => !dashed).flatMap(({ values }) => values);
  const levels = lines.filter(({ dashed }) => dashed).flatMap(({ values }) => values);
  const axis = {
    stroke: colourOf("muted"),
    grid: { stroke: colourOf("line"), width: 1 },
    ticks: { show: false },
    font: axisFont(1),
  };
  return {
    width,
    height,
    // The last label is as wide on both sides of its time.
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    scales: { y: { range: rangeOf(solid.filter(isNumber), levels.filter(isNumber)) } },
    axes: [
      { ...axis, values: (_plot, seconds) => timeLabels(seconds) },
      { ...axis, size: measureAxis },
    ],
    series: [
      {},
      ...lines.map(({ label, colour, dashed, values }, index) => ({
        label,
        stroke: colourOf(colour ?? order[index % order.length] ?? "chart-1"),
        width: 2,
        spanGaps: true,
        // A value between two gaps would be no line at all.
        points: { show: points || values.filter((value) => value !== null).length < 8, size: points ? 7 : 5 },
        ...(dashed ? { dash: [6, 4] } : {}),
      })),
    ],
  };
}

const isNumber = (value: number | null): value is number => value !== null;

/** As wide as the longest number on it. */
function measureAxis(plot: uPlot, values: readonly string[] | null): number {
  const { ctx } = plot;
  ctx.save();
  ctx.font = axisFont(uPlot.pxRatio);
  const widths = (values ?? []).map((value) => ctx.measureText(value).width / uPlot.pxRatio);
  ctx.restore();
  return Math.ceil(Math.max(32, ...widths)) + 12;
}
