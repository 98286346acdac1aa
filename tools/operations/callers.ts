import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { ServiceName } from "../../local/account/model/clients";
import { listProviderCalls } from "../../local/pulumi/terraform-provider-calls";
import { listTutorialCalls } from "../../local/record/tutorials";
import { findCallsInDocument } from "./calls-in-document";
import { type Call, findCallsInSource } from "./calls-in-source";

const root = join(__dirname, "../..");

/** The files of each caller of the account's operations. */
const places = {
  deployment: ["local/pulumi"],
  program: ["stacks", "functions", "dynamic-providers", "components", "local/account/services"],
  commands: ["cli", "demo/tour", "demo/generator"],
  console: ["local/console", "demo/console"],
  documents: ["README.md", "docs", "local/README.md", "local/examples"],
} as const;
export type Caller = keyof typeof places | "provider" | "tutorials";

/**
 * Reads all sources and documents, and the tables of calls of the real provider and of public
 * tutorials; returns who calls an operation.
 */
export function readCallers(): (service: ServiceName, operation: string) => Caller[] {
  const callers = new Map<Caller, ReadonlySet<string>>();
  for (const [caller, paths] of Object.entries(places)) {
    callers.set(caller as Caller, new Set(paths.flatMap((path) => readCalls(listFiles(path)))));
  }
  callers.set("provider", new Set(listProviderCalls()));
  callers.set("tutorials", new Set(listTutorialCalls()));
  return (service, operation) =>
    [...callers].filter(([, calls]) => calls.has(`${service} ${operation}`)).map(([caller]) => caller);
}

/** Reads the calls of a folder's files. */
function readCalls(files: readonly string[]): string[] {
  const texts = files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
  const clients = new Set(
    texts.flatMap(({ text }) => [...text.matchAll(/"@aws-sdk\/client-([\w-]+)"/g)].map(([, name = ""]) => name)),
  );
  const toKeys = ({ service, operation }: Call) =>
    (service === undefined ? [...clients] : [service]).map((name) => `${name} ${operation}`);
  return texts.flatMap(({ file, text }) => {
    const calls = /\.(md|py)$/.test(file) ? findCallsInDocument(text) : findCallsInSource(text, file);
    return calls.flatMap(toKeys);
  });
}

function listFiles(path: string): string[] {
  const absolute = join(root, path);
  if (extname(path) !== "") return [absolute];
  return readdirSync(absolute, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|tsx|mjs|md|py)$/.test(file) && !file.includes("node_modules"))
    .map((file) => join(absolute, file));
}
