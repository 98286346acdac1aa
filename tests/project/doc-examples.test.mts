// What people copy from a doc comment compiles where it stands.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { listFiles, root } from "../support/listed-files.mts";

/** The examples in fences, each with the name of a file beside the one that has it. */
const examples = new Map(
  listFiles("components/*.ts", "dynamic-providers/*.ts", "stacks/*.ts").flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/^ \* ```ts\n((?: \*.*\n)*?) \* ```$/gm)].map(([, lines = ""], index) => {
      const name = join(root, dirname(file), `example-${index}-of-${file.replaceAll("/", "-")}`);
      return [name, lines.replace(/^ \* ?/gm, "")] as const;
    });
  }),
);

test("every whole example in a doc comment compiles", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => examples.has(name) || fileExists(name);
  host.readFile = (name) => examples.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = examples.get(name);
    return text === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, text, language);
  };
  const program = ts.createProgram([...examples.keys()], options, host);
  const wrong = [...examples.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
  expect(wrong).toEqual([]);
});

test("every component opens with a whole example", () => {
  const components = listFiles("components/*.ts", "stacks/*.ts")
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
    .filter(({ text }) => text.includes(" extends pulumi.ComponentResource {"));
  const without = components.filter(
    ({ text }) => !/ \* ```\n \*\/\nexport class .* extends pulumi.ComponentResource \{/.test(text),
  );
  expect(without.map(({ file }) => file)).toEqual([]);
  expect(components.length).toBeGreaterThan(10);
});
