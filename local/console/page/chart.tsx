import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Names one of the style sheet's colours; default: by position. */
  readonly colour?: string;
  readonly dashed?: boolean;
}
export interface ChartProps {
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
const order = ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5"];

/** A chart of lines over time, as wide as its place; its values are in a table for screen readers. */
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
      <figcaption>{title}</figcaption>
      <ul class="legend">
        {lines.map(({ label, colour, dashed }, index) => (
          <li key={label}>
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
  const axis = {
    stroke: colourOf("muted"),
    grid: { stroke: colourOf("line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    axes: [axis, { ...axis, size: 52 }],
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
