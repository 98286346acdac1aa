import { bad, bold, paint } from "../terminal/paint";
import { wrap } from "../terminal/wrap";
import { failUnless, type Journey, type Step } from "./journey";

export const stepIndent = "    ";

export interface StepResult {
  readonly title: string;
  readonly lines: readonly string[];
  /** The reason of a failure; absent when the step passed. */
  readonly failure?: string;
}

/** Runs the steps in their order, also after a failed one, and prints each with a heading. */
export async function runSteps<J extends Journey>(journey: J, steps: readonly Step<J>[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const [i, { title, needs, run }] of steps.entries()) {
    const lines: string[] = [];
    const print = (line: string) => {
      lines.push(line);
      // An item's name may have several lines.
      journey.print(`${stepIndent}${line.replaceAll(/[\r\n]+/g, " ")}`);
    };
    journey.print(`\n${paint("cyan", `${i + 1}.`)} ${bold(title)}`);
    try {
      const needed = results.find((result) => result.title === needs?.title);
      failUnless(needed?.failure === undefined, `it needs the step "${needs?.title}"`);
      await run({ ...journey, print });
      results.push({ title, lines });
    } catch (error) {
      const failure = (error as Error).message;
      results.push({ title, lines, failure });
      for (const line of wrap(`This step failed: ${failure}`, stepIndent)) journey.print(bad(line));
    }
  }
  return results;
}
