import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// The directions of imports (docs/decisions.md): what they keep apart can be deployed, serialised and trusted apart.

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = execFileSync("git", ["ls-files", "*.ts", "*.tsx"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && !/^(local\/)?tests\//.test(file));

interface Import {
  readonly from: string;
  /** A path in the project, or a package's name. */
  readonly to: string;
}

const imports: Import[] = files.flatMap((from) =>
  [...readFileSync(join(root, from), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, specifier = ""]) => ({
    from,
    to: specifier.startsWith(".") ? relative(root, resolve(root, dirname(from), specifier)) : specifier,
  })),
);

const within = (folders: readonly string[]) => (file: string) => folders.some((folder) => file.startsWith(folder));
const program = within([
  "index.ts",
  "contract/",
  "stacks/",
  "components/",
  "functions/",
  "dynamic-providers/",
  "seed/",
]);
const text = ({ from, to }: Import) => `${from} -> ${to}`;

test("there is something to look at", () => {
  expect(imports.length).toBeGreaterThan(500);
});

test("the program imports nothing of the command line, the local account, the tests or the benchmarks", () => {
  const foreign = within(["cli/", "local/", "tests/", "bench/"]);
  expect(imports.filter(({ from, to }) => program(from) && foreign(to)).map(text)).toEqual([]);
});

test("the local account imports nothing of the program, not even types", () => {
  const mine = imports.filter(({ from, to }) => from.startsWith("local/") && program(to));
  expect(mine.map(text)).toEqual([]);
});

test("what the program and the local account share imports nothing", () => {
  expect(imports.filter(({ from }) => from.startsWith("text/")).map(text)).toEqual([]);
});

test("handlers import neither Pulumi nor components: closures would carry them along", () => {
  const heavy = within(["@pulumi/", "components/", "stacks/"]);
  expect(imports.filter(({ from, to }) => from.startsWith("functions/") && heavy(to)).map(text)).toEqual([]);
});

test("components do not know the stack that they are in", () => {
  const up = imports.filter(({ from, to }) => from.startsWith("components/") && to.startsWith("stacks/"));
  expect(up.map(text)).toEqual([]);
});

test("there are no import circles, not even by a type", () => {
  expect(findCircles()).toEqual([]);
});

/** Each circle as `a -> b -> a`, found by walking from each file once. */
function findCircles(): string[] {
  const known = new Set(files);
  const fileOf = (to: string) => [to, `${to}.ts`, `${to}.tsx`, `${to}/index.ts`].find((path) => known.has(path));
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    const file = fileOf(to);
    if (file !== undefined) next.set(from, [...(next.get(from) ?? []), file]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (path.includes(file) || done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return circles;
}

/** How a name from outside is a key; it imports nothing. */
const record = "local/account/endpoint/record";

test("the recommender does no input and output", () => {
  const pure = "local/account/services/personalize/recommender/";
  const allowed = (to: string) => to.startsWith(pure) || to === "node:crypto" || to === record;
  expect(imports.filter(({ from, to }) => from.startsWith(pure) && !allowed(to)).map(text)).toEqual([]);
});

test("the console's page imports nothing of the server but the messages' types and pure functions", () => {
  const page = "local/console/page/";
  const shared = ["local/console/messages", "text/shell-word", record];
  const allowed = (to: string) => /^(preact|uplot)\b/.test(to) || to.startsWith(page) || shared.includes(to);
  expect(imports.filter(({ from, to }) => from.startsWith(page) && !allowed(to)).map(text)).toEqual([]);
});

test("only the clock reads the machine's time; what measures code or polls for real is listed", () => {
  const real = [
    "local/account/endpoint/clock.ts",
    "local/account/endpoint/timers.ts",
    // How often the state is saved, and how long the last requests have.
    "local/account/keep/keeper.ts",
    "local/account/endpoint/gate.ts",
    // How long a client is silent.
    "local/account/endpoint/server.ts",
    "local/account/endpoint/http2-session.ts",
    "local/account/endpoint/pace.ts",
    // The latency of injected faults.
    "local/account/endpoint/call-effect.ts",
    // How long code runs.
    "local/account/services/lambda/execution/invocation-effect.ts",
    "local/account/services/lambda/execution/environment.ts",
    "local/account/services/lambda/execution/process-end.ts",
    "local/account/services/lambda/execution/replies.ts",
    "local/account/processes/memory.ts",
    "local/account/services/step-functions/evaluation/evaluator.ts",
    "local/account/services/step-functions/definition/second-opinion.ts",
    "local/account/services/step-functions/interpreter/work-states.ts",
    // How long a change of the clock waits for a jump.
    "local/console/server/script-routes.ts",
    // How often an open page is notified of what is new.
    "local/console/server/event-stream.ts",
    "local/console/page/account.ts",
    "local/console/page/app.tsx",
    "local/console/page/recommended-list.ts",
    // Clients of the account, which wait like any client of AWS.
    "local/pulumi/provider/aws.ts",
    "local/tour/tour-journey.ts",
    // Waits until an editor has written all files.
    "local/tour/watch-program.ts",
    // The frames of the checklist on a terminal.
    "local/tour/deployment-progress.ts",
  ];
  const users = files.filter(
    (file) =>
      file.startsWith("local/") &&
      /\b(Date\.now|setTimeout|setInterval)\(/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(users.filter((file) => !real.includes(file))).toEqual([]);
});
