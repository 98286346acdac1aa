// Readers paste the commands of the documents into a terminal: each changes what it names, and the
// program takes it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { listCommands, parsePath, paste, type Values } from "../support/config-commands.mts";
import { listFiles, root } from "../support/listed-files.mts";
import { parseConfig } from "../support/parse-config.ts";
import { createProject } from "../support/stack-files.mts";

const documents = listFiles().filter((file) =>
  /^(README|CONTRIBUTING|docs\/.+|examples\/.+|local\/README)\.md$/.test(file),
);

/** The parts of a document that one pastes together: blocks of a shell, and words in a sentence. */
function listPasted(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const words = [...text.replaceAll(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...blocks, ...words]
    .map((part) => part.split("\n").filter((line) => /^(npx recommender )?pulumi config (set|rm) .*\w:\w/.test(line)))
    .map((lines) => lines.map((line) => line.replace(/^npx recommender /, "")).join("\n"))
    .filter((part) => part !== "" && !part.includes("<key>"));
}

const { config } = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as { config: Values };
/** A stack that has more than the one of this repository. */
const before: Values = {
  ...config,
  "recommender:placements": { home: { recipe: "aws-similar-items", columns: ["ANIMAL_TYPE"] } },
  "recommender:tags": { owner: "ann" },
  "recommender:notificationEmails": ["first@example.org"],
};
const project = createProject();

const found = documents.flatMap((document) =>
  listPasted(readFileSync(join(root, document), "utf8")).map((lines) => [document, lines] as const),
);

test("the documents have such commands", () => {
  expect(found.length).toBeGreaterThan(8);
});

test.each(found)("%s: %s", (_document, lines) => {
  let values = before;
  for (const [name, action = "", ...words] of listCommands(lines)) {
    if (name !== "config") continue;
    const isPath = words.includes("--path");
    const [key = "", value] = words.filter((word) => !/^--(path|secret)$/.test(word));
    const [first, ...steps] = isPath ? parsePath(key) : [key];
    const after = paste(
      `pulumi config ${action} ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}`,
      values,
    );
    // Other keys stay, and so do other parts of the same one.
    const others = (given: Values) => Object.entries(given).filter(([name]) => name !== first);
    expect(others(after)).toEqual(others(values));
    if (steps.length > 0) {
      const [member] = steps;
      const parts = (given: Values) =>
        Object.entries(given[String(first)] ?? {}).filter(([name]) => name !== String(member));
      expect(parts(after)).toEqual(parts(values));
    } else expect(value ?? "", "a list or an object is YAML in the stack's file").not.toMatch(/^[[{]/);
    values = after;
  }
  const settings = Object.entries(values).filter(([key]) => key.startsWith("recommender:"));
  const given = project.write(
    Object.fromEntries(settings.map(([key, value]) => [key.replace("recommender:", ""), value])),
  );
  expect(() => parseConfig(given.settings, "dev", given.files)).not.toThrow();
});
