// The picture of docs/experiments.md. To write it again: WRITE_PICTURE=1 npx vitest run
// tests/cli/experiment/picture.test.mts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyse } from "../../../cli/experiment/analyse.ts";
import { stream } from "../../../local/account/aws/random.ts";
import { drawTotals, toExperiment } from "../../../tools/bench/experiments/simulation.ts";

const file = join(import.meta.dirname, "../../../docs/images/experiment.svg");

/** Draws the interval of each day of a generated experiment, in which the uplift is 5 %. */
function draw(): string {
  const scenario = { uplift: 0.05 };
  const experiment = toExperiment(scenario);
  // On the days before, no visitor counts.
  const days = analyse(experiment, drawTotals(stream("picture"), scenario))
    .slice(experiment.settleDays)
    .map(({ variants }) => variants.b);
  const x = (day: number) => 60 + day * 31;
  const y = (uplift: number) => Math.round(130 - uplift * 700);
  const points = (read: (day: (typeof days)[number]) => number | undefined) =>
    days.map((day, index) => `${x(index)},${Math.max(10, Math.min(240, y(read(day) ?? 0)))}`);
  const band = [...points((day) => day?.interval?.upper), ...points((day) => day?.interval?.lower).reverse()];
  const line = (uplift: number, style: string, text: string) =>
    `<path d="M60 ${y(uplift)}H649" ${style}/><text x="54" y="${y(uplift) + 4}" text-anchor="end">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 690 280" font-family="sans-serif" font-size="12">
<title>The interval of an uplift from day 8 to day 27</title>
<rect width="690" height="280" fill="#fff"/>
<polygon points="${band.join(" ")}" fill="#cfe3f7"/>
<polyline points="${points((day) => day?.uplift).join(" ")}" fill="none" stroke="#1f6fb2" stroke-width="2"/>
${line(0, 'stroke="#333"', "0 %")}
${line(0.05, 'stroke="#999" stroke-dasharray="4 4"', "+5 %")}
${line(-0.05, 'stroke="#999" stroke-dasharray="4 4"', "-5 %")}
${[8, 12, 17, 22, 27].map((day) => `<text x="${x(day - 8)}" y="262" text-anchor="middle">day ${day}</text>`).join("\n")}
</svg>
`;
}

test("the picture in docs/experiments.md is that of the code", () => {
  if (process.env.WRITE_PICTURE) writeFileSync(file, draw());
  expect(readFileSync(file, "utf8")).toBe(draw());
});
