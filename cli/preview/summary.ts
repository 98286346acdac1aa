import { stripVTControlCharacters } from "node:util";
import { changesOf } from "./changes";
import { toCode, toCodeBlock, toWord } from "./markdown";
import type { PreviewReport, PreviewStep } from "./report";

/** The order in which a reviewer should read them, with the sign that the Pulumi CLI uses. */
const operations = new Map([
  ["replace", "± replaced"],
  ["delete", "− deleted"],
  ["create", "+ created"],
  ["update", "~ updated"],
  ["import", "= imported"],
]);

/** Steps of the engine that are part of a replacement, or change nothing in the cloud. */
const silent = /^(same|read|refresh|create-replacement|delete-replaced|discard-replaced)$/;

/**
 * A preview as Markdown for a pull request: what changes, by component, replacements and deletions first, with the changed
 * inputs. At most 100 lines; what is left out is counted.
 */
export function summarizePreview(stack: string, report: PreviewReport): string {
  const { steps = [], diagnostics = [] } = report;
  const changed = steps.filter(({ op }) => !silent.test(op)).sort((a, b) => rank(a.op) - rank(b.op));
  const textsOf = (wanted: string) => [
    ...new Set(
      diagnostics.filter(({ severity }) => severity === wanted).map(({ message = "" }) => cutMessage(message)),
    ),
  ];
  const errors = textsOf("error");
  // Messages about the CLI's own plugins concern no reviewer.
  const warnings = textsOf("warning").filter((text) => !/^using pulumi-/.test(text));
  const head = [
    `### Preview of the stack ${toCode(stack)}`,
    "",
    errors.length > 0
      ? "**The preview failed.** Nothing can be deployed before this is corrected:"
      : countChanges(changed, report.changeSummary?.same ?? 0),
    ...listTexts(errors, "errors"),
    ...(warnings.length > 0 ? ["", "Warnings:", ...listTexts(warnings, "warnings")] : []),
  ];
  const body = groupByComponent(changed).flatMap(([component, lines]) => ["", `**${component}**`, "", ...lines]);
  const room = 100 - head.length - 2;
  if (body.length <= room) return `${[...head, ...body].join("\n")}\n`;
  const hidden = body.slice(room).filter((line) => line.startsWith("- ")).length;
  return `${[...head, ...body.slice(0, room), "", `… and ${hidden} more changes: the whole preview is attached to the run.`].join("\n")}\n`;
}

const rank = (op: string) => {
  const index = [...operations.keys()].indexOf(op);
  return index === -1 ? operations.size : index;
};

/** The diagnostics of a kind: a text of five lines has eight in the summary. */
const mostTexts = 5;

/** Each text as a block of code: what a program prints must not be read as Markdown. */
function listTexts(texts: readonly string[], kind: string): string[] {
  const left = texts.length - mostTexts;
  return [
    ...texts.slice(0, mostTexts).flatMap((text) => ["", ...toCodeBlock(text)]),
    ...(left > 0 ? ["", `… and ${left} more ${kind}`] : []),
  ];
}

/** A diagnostic's beginning: stack traces and repeated texts help nobody in a comment. */
function cutMessage(message: string): string {
  const lines = stripVTControlCharacters(message)
    .replace(/^(warning|error): /, "")
    .trim()
    .split("\n")
    .filter((line) => !/^\s+at /.test(line));
  return lines.length <= 5 ? lines.join("\n") : `${lines.slice(0, 5).join("\n")}\n… (${lines.length - 5} more lines)`;
}

function countChanges(changed: readonly PreviewStep[], unchanged: number): string {
  if (changed.length === 0) return `No changes (${unchanged} resources, components included).`;
  const counts = [...operations]
    .map(([op, name]) => [changed.filter((step) => step.op === op).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name.slice(2)}`);
  return `${counts.join(", ")}, ${unchanged} unchanged.`;
}

function groupByComponent(steps: readonly PreviewStep[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const step of steps) {
    const { component, type, name } = partsOf(step.urn);
    const operation = operations.get(step.op) ?? toCode(step.op);
    const line = `- ${operation}: ${toWord(type)} ${toCode(name)}${changesOf(step)}`;
    groups.set(component, [...(groups.get(component) ?? []), line]);
  }
  return [...groups];
}

/** `urn:pulumi:dev::recommender::recommender:stack:Recommender$recommender:ingestion:EventIngestion$aws:s3/bucket:Bucket::b` */
function partsOf(urn: string): { component: string; type: string; name: string } {
  const [, , chain = "", ...name] = urn.split("::");
  const types = chain.split("$");
  const own = types.pop() ?? "";
  const component = types.at(-1)?.split(":").at(-1);
  return {
    component: component === undefined ? "the stack itself" : toWord(component),
    type: own.split(":").at(-1) ?? own,
    name: name.join("::"),
  };
}
