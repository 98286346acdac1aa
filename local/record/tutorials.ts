import { z } from "zod";
import json from "./tutorials.json";

const calls = z.record(z.string(), z.string());
/** From `read_tutorials.py`: by path, the operations of each service that a tutorial calls. */
const sources = z
  .array(z.strictObject({ repository: z.string(), commit: z.string(), tutorials: z.record(z.string(), calls) }))
  .parse(json);

/** A public tutorial of Amazon Personalize. */
interface Tutorial {
  readonly path: string;
  /** The folder of the repository, at the commit that was read. */
  readonly root: string;
  /** As `service operation`. */
  readonly calls: readonly string[];
}

const tutorials: readonly Tutorial[] = sources.flatMap(({ repository, commit, tutorials }) =>
  Object.entries(tutorials).map(([path, calls]) => ({
    path,
    root: `https://github.com/${repository}/tree/${commit}`,
    calls: Object.entries(calls).flatMap(([service, names]) => names.split(" ").map((name) => `${service} ${name}`)),
  })),
);

/** All calls of the tutorials. */
export const listTutorialCalls = () => tutorials.flatMap(({ calls }) => calls);

/** AWS's notebooks, each with the calls that an account with these operations does not have. */
export const judgeNotebooks = (has: (call: string) => boolean) =>
  tutorials
    .filter(({ path }) => path.endsWith(".ipynb"))
    .map((tutorial) => ({ ...tutorial, missing: tutorial.calls.filter((call) => !has(call)) }));

/** Creates the text that says which of AWS's notebooks find all their operations in the account. */
export function describeNotebooks(has: (call: string) => boolean): string {
  const judged = judgeNotebooks(has);
  const others = judged.filter(({ missing }) => missing.length > 0);
  const nameMissing = ({ missing }: { missing: string[] }) =>
    missing.map((call) => `\`${call.split(" ").at(-1)}\``).join(", ");
  const rows = [...new Set(others.map(nameMissing))].map((missing) => {
    const lacking = others.filter((notebook) => nameMissing(notebook) === missing);
    return `- ${missing}: ${lacking.map(({ path }) => `\`${path}\``).join(", ")}`;
  });
  return `## Notebooks

${judged.length - others.length} of AWS's ${judged.length} [notebooks](${judged[0]?.root}) that call Amazon Personalize find all its operations here. The others also call:

${rows.join("\n")}`;
}
