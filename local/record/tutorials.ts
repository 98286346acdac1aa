import { z } from "zod";
import { recipes } from "../account/services/personalize/recipes/catalogue";
import { useCases } from "../account/services/personalize/recipes/use-cases";
import json from "./tutorials.json";

/** Members in the tutorials, each with a value that the account refuses in a request. */
export const refusedMembers = {
  performHPO: true,
  hpoConfig: {},
  optimizationObjective: { objectiveSensitivity: "LOW" },
} as const;

/** The members that the tutorials were searched for. */
const membersAskedFor = ["domain", ...Object.keys(refusedMembers)];

const words = z.string().transform((text) => text.split(" "));
/** From `read_tutorials.py`: by path, what a tutorial asks for. */
const sources = z
  .array(
    z.strictObject({
      repository: z.string(),
      commit: z.string(),
      tutorials: z.record(
        z.string(),
        z.strictObject({
          personalize: words.optional(),
          "personalize-events": words.optional(),
          "personalize-runtime": words.optional(),
          recipes: words.optional(),
          members: words.pipe(z.array(z.literal(membersAskedFor))).optional(),
        }),
      ),
    }),
  )
  .parse(json);

/** A public tutorial of Amazon Personalize. */
interface Tutorial {
  readonly path: string;
  /** The folder of the repository, at the commit that was read. */
  readonly root: string;
  /** As `service operation`. */
  readonly calls: readonly string[];
  readonly recipes: readonly string[];
  readonly members: readonly string[];
}

const tutorials: readonly Tutorial[] = sources.flatMap(({ repository, commit, tutorials }) =>
  Object.entries(tutorials).map(([path, { recipes = [], members = [], ...services }]) => ({
    path,
    root: `https://github.com/${repository}/tree/${commit}`,
    calls: Object.entries(services).flatMap(([service, names = []]) => names.map((name) => `${service} ${name}`)),
    recipes,
    members,
  })),
);

/** All calls of the tutorials. */
export const listTutorialCalls = () => tutorials.flatMap(({ calls }) => calls);

/**
 * AWS's notebooks, each with what an account with these operations lacks: calls, members and
 * recipes.
 */
export const judgeNotebooks = (has: (call: string) => boolean) =>
  tutorials
    .filter(({ path }) => path.endsWith(".ipynb"))
    .map((tutorial) => ({
      ...tutorial,
      missing: [
        ...tutorial.calls.filter((call) => !has(call)).map((call) => call.split(" ").at(-1) ?? ""),
        ...tutorial.members.filter((member) => Object.hasOwn(refusedMembers, member)),
        ...tutorial.recipes.filter((recipe) => !recipes.has(recipe) && !useCases.has(recipe)),
      ],
    }));

/** Creates the text that says which of AWS's notebooks find here what their code asks for. */
export function describeNotebooks(has: (call: string) => boolean): string {
  const judged = judgeNotebooks(has);
  const list = (some: typeof judged) => some.map(({ path }) => `\`${path}\``).join(", ");
  const served = judged.filter(({ missing }) => missing.length === 0);
  const others = judged.filter(({ missing }) => missing.length > 0);
  const nameMissing = ({ missing }: { missing: string[] }) => missing.map((name) => `\`${name}\``).join(", ");
  const rows = [...new Set(others.map(nameMissing))].map(
    (missing) => `- ${missing}: ${list(others.filter((notebook) => nameMissing(notebook) === missing))}`,
  );
  return `## Notebooks

${served.length} of AWS's ${judged.length} [notebooks](${judged[0]?.root}) that call Amazon Personalize find here all that their code names: its operations, recipes, and members such as \`performHPO\`. They were read, not run: a notebook can still end early, for data from other sites, for roles, or because an earlier one has to run first.

${list(served)}

The others also ask for:

${rows.join("\n")}`;
}
