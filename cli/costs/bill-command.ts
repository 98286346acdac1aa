import { projectTag } from "../../names/layout";
import { quoteForShell } from "../../names/shell";
import type { TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";

const toDay = (time: Date) => time.toISOString().slice(0, 10);

/**
 * The command that shows the bill of a stack, by its tags, in lines that a shell joins. Cost
 * Explorer counts whole days, the last one not included.
 */
export function describeBill({ project, stack }: StackReader, { from, to }: TimeRange): string {
  const tag = (Key: string, value: string) => JSON.stringify({ Tags: { Key, Values: [value] } });
  const filter = `{"And":[${tag(projectTag, project)},\n  ${tag("Stack", stack)}]}`;
  return [
    "aws ce get-cost-and-usage --granularity DAILY --metrics UnblendedCost \\",
    `  --time-period Start=${toDay(from)},End=${toDay(to)} \\`,
    "  --group-by Type=DIMENSION,Key=SERVICE \\",
    `  --filter ${quoteForShell(filter)}`,
  ].join("\n");
}
