import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../console/page/styles/base.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");

/** The colours that a part of the style sheet defines, by name. */
const coloursIn = (text: string) =>
  Object.fromEntries(
    Array.from(text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name = "", value = ""]) => [name, value]),
  );

/** Relative luminance (WCAG 2.2, "relative luminance"). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Text and its background. */
const pairs = [
  ["text", "ground"],
  ["text", "panel"],
  ["text", "plain-soft"],
  ["text", "warn-soft"],
  ["muted", "ground"],
  ["muted", "panel"],
  ["muted", "accent-soft"],
  ["muted", "warn-soft"],
  ["accent", "ground"],
  ["accent", "panel"],
  ["accent", "accent-soft"],
  ["accent", "warn-soft"],
  ["on-accent", "accent"],
  ["good", "good-soft"],
  ["bad", "bad-soft"],
  ["warn", "warn-soft"],
] as const;

describe.each([
  ["light", coloursIn(light)],
  ["dark", { ...coloursIn(light), ...coloursIn(dark) }],
])("in the %s scheme", (_scheme, colours) => {
  test.each(pairs)("%s is readable on %s (WCAG AA: 4.5)", (text, ground) => {
    expect(contrast(colours[text] ?? "", colours[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["chart-1", "chart-2", "chart-3", "chart-4", "chart-5"])("%s is seen on a panel (WCAG AA: 3)", (line) => {
    expect(contrast(colours[line] ?? "", colours.panel ?? "")).toBeGreaterThanOrEqual(3);
  });
});
