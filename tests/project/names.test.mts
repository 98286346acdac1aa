import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { functionParts, parameterRoot, prefixes, programName, scheduleParts } from "../../names/layout.ts";
import { listFiles, root } from "../support/listed-files.mts";

const folders = ["stacks", "components", "functions", "dynamic-providers", "cli", "demo"];
const files = listFiles(...folders);
const sources = files
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({
    file,
    text: readFileSync(join(root, file), "utf8").replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""),
  }));

/** The names as code would repeat them: whole texts, and starts of longer ones. */
const literals = [
  ...Object.values(scheduleParts),
  // A handler says its name in its errors.
  ...Object.values(functionParts),
]
  .map((name) => `"${name}"`)
  .concat([parameterRoot, ...Object.values(prefixes)].flatMap((start) => [`"${start}`, `\`${start}`]));

test.each(literals)("only names/layout.ts writes %s", (literal) => {
  const isHandler = (file: string) => file === `functions/${literal.slice(1, -1)}.ts`;
  expect(
    sources.filter(({ file, text }) => text.includes(literal) && !isHandler(file)).map(({ file }) => file),
  ).toEqual([]);
});

test("commands and the demonstration take the program's name from names/layout.ts", () => {
  // The command's own name.
  const copies = sources
    .filter(({ file }) => /^(cli|demo)\//.test(file) && file !== "cli/program.ts")
    .filter(({ text }) => new RegExp(`["\`]${programName}[":\`]`).test(text));
  expect(copies.map(({ file }) => file)).toEqual([]);
});

/** The files with which the Pulumi CLI runs this program on the account: `pulumi -C local`. */
const aboutProgram = ["local/Pulumi.yaml", "local/engine.sh"];

/**
 * Words of this program: what is written of one of them in the local account is about the program.
 */
const words = [
  parameterRoot,
  prefixes.decisions,
  prefixes.quarantine,
  ...Object.values(functionParts),
  ...Object.values(scheduleParts),
  // The project's name as a name, and not as what Personalize is and has: `npx recommender`,
  // `recommender-dev-…`.
  `name: ${programName}`,
  `npx ${programName}`,
  `${programName}-dev`,
  `"${programName}"`,
];

/** A key of its configuration, and not the member `recommender: …` of an answer. */
const configurationKey = new RegExp(`\\b${programName}:\\w`);

test("the local account and its tests have no word of this program", () => {
  const isAboutProgram = (text: string) => configurationKey.test(text) || words.some((word) => text.includes(word));
  const named = listFiles("local")
    .filter((file) => /\.(ts|tsx|mts|cjs|css|sh|yaml)$/.test(file))
    .filter((file) => isAboutProgram(readFileSync(join(root, file), "utf8")));
  expect(named.sort()).toEqual(aboutProgram.sort());
});
