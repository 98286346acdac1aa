import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { listFiles, root } from "../support/listed-files.mts";

// The directions of imports (CONTRIBUTING.md): what they keep apart can be deployed, serialised and
// trusted apart.

const isTest = (file: string) => /^(local\/)?tests\//.test(file);
const files = listFiles("*.ts", "*.tsx").filter((file) => !isTest(file));

interface Import {
  readonly from: string;
  /** A path in the project, or a package's name. */
  readonly to: string;
}

const read = (file: string) => readFileSync(join(root, file), "utf8");
/** The examples in comments import what they stand in. */
const withoutExamples = (code: string) => code.replace(/^ \* import .*$/gm, "");
const importsOf = (from: string, code = read(from)): Import[] =>
  [...withoutExamples(code).matchAll(/(?:from|import\(|require\()\s*"([^"]+)"/g)].map(([, specifier = ""]) => ({
    from,
    to: specifier.startsWith(".") ? relative(root, resolve(root, dirname(from), specifier)) : specifier,
  }));
const imports = files.flatMap((file) => importsOf(file));

const within = (folders: readonly string[]) => (file: string) => folders.some((folder) => file.startsWith(folder));
const program = within([
  "index.ts",
  "contract/",
  "stacks/",
  "components/",
  "functions/",
  "dynamic-providers/",
  "seed/",
  "names/",
  "values/",
]);
/** Recognises the files that put the commands together. */
const commandLine = (file: string) => /^cli\/(commands\/|main\b|program\b)/.test(file);
/** Folders at the top of the repository. */
const folders = new Set(listFiles("*/*").map((file) => file.replace(/\/.*/, "")));
const known = new Set(files);
const fileOf = (to: string) => [to, `${to}.ts`, `${to}.tsx`, `${to}/index.ts`].find((path) => known.has(path));
const text = ({ from, to }: Import) => `${from} -> ${to}`;

test("there is something to look at", () => {
  expect(imports.length).toBeGreaterThan(500);
});

const starting = within(["cli/evaluate/", "cli/commands/start.ts", "cli/commands/account.ts"]);
const pure = within(["local/account/services/personalize/recommender/"]);
const pages = within(["local/console/page/", "demo/console/page/"]);
/** Makes a key of a name from outside; it imports nothing. */
const record = "local/account/aws/record";
const ofPages = ["local/console/messages", "demo/console/messages", "names/pet", "names/printable", record];
const ground = within(["names/", "values/"]);
const mayDemo = within(["demo/", "local/", "cli/"]);

/** What some files import nothing of, with the reason where it is not plain. */
const walls: readonly [string, (from: string) => boolean, (to: string) => boolean][] = [
  [
    "the program: the command line, the demonstration, the local account, the tests and the tools",
    program,
    within(["cli/", "demo/", "local/", "tests/", "tools/"]),
  ],
  [
    "the commands, except those that start something: the local account and the demonstration",
    (from) => from.startsWith("cli/") && !starting(from),
    within(["local/", "demo/"]),
  ],
  [
    "`evaluate`: the local account except its model, which knows no account",
    within(["cli/evaluate/"]),
    (to) => within(["local/", "demo/"])(to) && !pure(to),
  ],
  ["all else: the maintainers' tools", (from) => !from.startsWith("tools/"), within(["tools/"])],
  [
    "the demonstration: commands, and what is not the program or its surroundings",
    within(["demo/"]),
    (to) => commandLine(to) || (folders.has(to.replace(/\/.*/, "")) && !program(to) && !mayDemo(to)),
  ],
  [
    "handlers: Pulumi and components, which closures would carry along",
    within(["functions/"]),
    within(["@pulumi/", "components/", "stacks/"]),
  ],
  ["the ground floor: the rest of this repository", ground, (to) => fileOf(to) !== undefined && !ground(to)],
  ["commands: components", within(["cli/"]), within(["components/"])],
  ["components: the stack that they are in", within(["components/"]), within(["stacks/"])],
  [
    "the recommender: input and output",
    pure,
    (to) => !pure(to) && !["node:crypto", record, "local/account/aws/random"].includes(to),
  ],
  [
    "the console's page: the server, except the messages' types and pure functions",
    pages,
    (to) => !/^(preact|uplot)\b/.test(to) && !pages(to) && !ofPages.includes(to),
  ],
];

test.each(walls)("imports nothing of what is behind a wall: %s", (_what, isOf, isBehind) => {
  expect(imports.filter(({ from, to }) => isOf(from) && isBehind(to)).map(text)).toEqual([]);
});

test("the local account and its tests import nothing outside of `local/`, not even types", () => {
  const own = (to: string) => to.startsWith("local/") || !folders.has(to.replace(/\/.*/, ""));
  const outside = listFiles("local/*.ts", "local/*.tsx", "local/*.mts")
    .flatMap((file) => importsOf(file))
    .filter(({ to }) => !own(to));
  expect(outside.map(text)).toEqual([]);
});

test("the program and the local account read schedule expressions with the same file", () => {
  const copies = ["stacks/config", "local/account/languages"].map((folder) => `${folder}/schedule-expression.ts`);
  const [ours, theirs] = copies.map((file) => readFileSync(join(root, file), "utf8"));
  expect(ours, `Change one of ${copies.join(", ")}, and copy it over the other.`).toBe(theirs);
});

/** Lists what is loaded with a file, also when it runs later. Types are not loaded. */
function listLoaded(start: string): Set<string> {
  const loaded = new Set([start]);
  for (const file of loaded) {
    if (!known.has(file)) continue;
    const code = read(file)
      .replaceAll(/typeof import\("[^"]+"\)|'[^'\n]*'/g, "")
      .replaceAll(/^(import|export) (type |\{\s*(type \w+,?\s*)+\})[^;]*;/gm, "");
    for (const { to } of importsOf(file, code)) loaded.add(fileOf(to) ?? to);
  }
  return loaded;
}

test("a command loads no Pulumi, which takes a second, and the program does", () => {
  const loadsPulumi = (file: string) =>
    [...listLoaded(file)].some((to) => to.startsWith("@pulumi/") && !to.endsWith("/package.json"));
  expect(files.filter((file) => file.startsWith("cli/commands/")).filter(loadsPulumi)).toEqual([]);
  expect(loadsPulumi("index.ts")).toBe(true);
});

test("what reads the user's files knows no Pulumi", () => {
  const reached = new Set(files.filter((file) => file.startsWith("seed/")));
  for (const file of reached) {
    for (const { from, to } of imports) if (from === file) reached.add(fileOf(to) ?? to);
  }
  expect([...reached].filter(within(["@pulumi/", "stacks/"]))).toEqual([]);
});

test("the contract imports nothing but modules of Node.js", () => {
  const own = listFiles("contract/*.ts", "contract/*.js").flatMap((file) => importsOf(file));
  expect(own.map(text)).toEqual(["contract/index.js -> node:crypto"]);
});

test("there are no import circles, not even by a type", () => {
  expect(findCircles((file) => file)).toEqual([]);
});

/** A part of the repository: what is in it may import each other. */
function partOf(file: string): string {
  if (commandLine(file)) return "cli/commands";
  const deep = /^local\/account\/services\//.test(file) ? 4 : within(["local/account/", "cli/recovery/"])(file) ? 3 : 2;
  const isOne = within(["policy/", "contract/", "seed/"])(file);
  return dirname(file)
    .split("/")
    .slice(0, isOne ? 1 : deep)
    .join("/");
}

test("there are no circles of folders", () => {
  expect(findCircles(partOf)).toEqual([]);
});

/** Each circle of parts as `a -> b -> a`, found by walking from each part once. */
function findCircles(part: (file: string) => string): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const file = fileOf(to);
    if (file === undefined || (file !== from && part(file) === part(from))) continue;
    next.set(part(from), (next.get(part(from)) ?? new Set()).add(part(file)));
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (at: string, path: readonly string[]) => {
    if (path.includes(at)) circles.push([...path.slice(path.indexOf(at)), at].join(" -> "));
    if (path.includes(at) || done.has(at)) return;
    for (const to of next.get(at) ?? []) walk(to, [...path, at]);
    done.add(at);
  };
  for (const at of next.keys()) walk(at, []);
  return circles;
}

test("only the clock reads the machine's time; what measures code or polls for real is listed", () => {
  const real = [
    "local/account/time/clock.ts",
    "local/account/time/timers.ts",
    // The latency of injected faults.
    "local/account/host/faults/call-effect.ts",
    // The time that code runs.
    "local/account/services/lambda/execution/invocation-effect.ts",
    "local/account/services/lambda/execution/runtime-process.ts",
    "local/account/services/lambda/execution/replies.ts",
    "local/account/processes/memory.ts",
    "local/account/services/step-functions/interpreter/work-states.ts",
    // The time between two looks at the process that started the account.
    "local/terminal/starter.ts",
    // The time in which equal failures are counted for people.
    "local/terminal/repeated-lines.ts",
    // The time that a change of the clock waits for a jump.
    "local/console/server/local-routes.ts",
    // The time between two notifications of an open page.
    "local/console/server/event-stream.ts",
    "local/console/page/account.ts",
    "local/console/page/app.tsx",
    // A client of the account, which waits like any client of AWS.
    "local/pulumi/provider/aws.ts",
    // Moves the clock of a running account, and waits elsewhere.
    "local/record/local-clock.ts",
  ];
  const users = files.filter(
    (file) =>
      file.startsWith("local/") &&
      /\b(Date\.now|setTimeout|setInterval)\(/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(users.filter((file) => !real.includes(file))).toEqual([]);
});
