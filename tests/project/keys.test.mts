import { join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { listFiles, root } from "../support/listed-files.mts";
import { createProgram, findForeignKeys } from "./foreign-keys.mts";

// The rule for keys (local/account/aws/record.ts): no value from outside is a key of an ordinary object.

function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // The console's page is TypeScript for a browser.
  return { ...options, lib: ["lib.es2023.d.ts", "lib.dom.d.ts"], jsx: ts.JsxEmit.ReactJSX, jsxImportSource: "preact" };
}

const examples = `
  import { type Dictionary, dictionary } from "${root}/local/account/aws/record";
  declare const name: string;
  declare const anything: any;
  declare const letter: "a" | "b";
  declare const index: number;
  declare const table: Record<string, number>;
  declare const document: object;
  export const read = table[name]; // found
  export const looked = name in table; // found
  export const called = table[String(anything)]; // found
  export const picked = ({ [name]: value }: Record<string, number>) => value; // found
  export const chosen = table[anything]; // found
  export const generic = <K extends string>(key: K) => table[key]; // found
  export function set() {
    table[name] = 1; // found
    table[name] ??= 1; // found
    for (const key in document) console.log(key); // found
    Object.assign({}, table); // found
    Object.assign({}, document); // found
    delete table[name]; // found
    if (!Object.hasOwn(table, name)) return table[name]; // found
    return Object.hasOwn(table, letter) ? table[name] : 0; // found
  }
  export const known = table[letter];
  export const indexed = ["a"][index];
  export const own = Object.hasOwn(table, name) ? table[name] : undefined;
  export const both = index > 1 && Object.hasOwn(table, name) && table[name];
  export const bare: Dictionary<number> = dictionary();
  bare[name] = 1;
  Object.assign(known, { a: 1 });
  // Known key: it was written for this example.
  export const excused = table[name];
`;

const sources = listFiles("*.ts", "*.tsx")
  .filter((file) => !/^((local\/)?tests|tools\/bench|examples)\//.test(file))
  .map((file) => join(root, file));
const exampleFile = join(root, "examples-of-keys.ts");
// In one program, which reads the types of everything that they import only once. Nothing keeps it: it is large.
const files = [...sources, exampleFile];
const found = findForeignKeys(createProgram(files, readOptions(), { [exampleFile]: examples }), files);

test("no text from outside is a key of an ordinary object", () => {
  const inSources = found.filter(({ file }) => file !== exampleFile);
  expect(inSources.map(({ file, line, text }) => `${relative(root, file)}:${line} ${text}`)).toEqual([]);
});

test("finds each way to use a key, and only those", () => {
  const inExamples = found.flatMap(({ file, line }) => (file === exampleFile ? [line] : []));
  const marked = examples.split("\n").flatMap((text, i) => (text.endsWith("// found") ? [i + 1] : []));
  expect([...new Set(inExamples)]).toEqual(marked);
});
