/**
 * Writes constraints.json: the lengths, ranges, patterns and enums of the services' models, and
 * which numbers of their responses are doubles; the SDK clients leave both out. Run after raising
 * the SDK's version, with the `data` folder of a botocore release (its service models are
 * Apache-2.0; the file keeps the notice): `npx tsx local/account/model/constraints.generate.ts
 * path/to/botocore/data`.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ownValue } from "../aws/record";
import type { Constraint, Constraints } from "./validate";

const folders: Readonly<Record<string, string>> = {
  cloudwatch: "cloudwatch",
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  firehose: "firehose",
  iam: "iam",
  kinesis: "kinesis",
  kms: "kms",
  lambda: "lambda",
  personalize: "personalize",
  "personalize-events": "personalize-events",
  "personalize-runtime": "personalize-runtime",
  s3: "s3",
  scheduler: "scheduler",
  sfn: "stepfunctions",
  sns: "sns",
  ssm: "ssm",
  sts: "sts",
};

interface ModelShape {
  type: string;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
}
interface Model {
  shapes: Record<string, ModelShape>;
  operations: Record<string, { input?: { shape: string }; output?: { shape: string } }>;
}

function readModel(data: string, folder: string): Model {
  const version = readdirSync(join(data, folder)).sort().at(-1) ?? "";
  return JSON.parse(gunzipSync(readFileSync(join(data, folder, version, "service-2.json.gz"))).toString("utf8"));
}

/**
 * Java's patterns are valid in JavaScript with few exceptions; one that does not compile is left
 * out.
 */
function usable(pattern: string | undefined): string | undefined {
  if (!pattern || pattern === ".*" || pattern === "[\\s\\S]*") return undefined;
  try {
    new RegExp(`^(?:${pattern})$`, "su");
    return pattern;
  } catch {
    return undefined;
  }
}

function constraintOf(shape: ModelShape): Constraint | undefined {
  const pattern = usable(shape.pattern);
  const constraint: Constraint = {
    ...(shape.min === undefined ? {} : { min: shape.min }),
    ...(shape.max === undefined ? {} : { max: shape.max }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(shape.enum === undefined ? {} : { enum: shape.enum }),
  };
  return Object.keys(constraint).length > 0 ? constraint : undefined;
}

/**
 * Everything below these structures, as `Structure.member`, `Structure.member[]` (elements,
 * values), `…{}` (keys).
 */
function walk(model: Model, roots: readonly string[], onShape: (path: string, shape: ModelShape) => void): void {
  const seen = new Set<string>();
  const visitStructure = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const [member, { shape }] of Object.entries(ownValue(model.shapes, name)?.members ?? {})) {
      visit(`${name}.${member}`, shape);
    }
  };
  const visit = (path: string, name: string) => {
    const shape = ownValue(model.shapes, name);
    if (!shape) return;
    onShape(path, shape);
    if (shape.type === "structure") visitStructure(name);
    if (shape.member) visit(`${path}[]`, shape.member.shape);
    if (shape.value) visit(`${path}[]`, shape.value.shape);
    if (shape.key) visit(`${path}{}`, shape.key.shape);
  };
  for (const root of roots) visitStructure(root);
}

const rootsOf = ({ operations }: Model, side: "input" | "output") =>
  Object.values(operations).flatMap((operation) => operation[side]?.shape ?? []);

function collect(model: Model): Record<string, Constraint> {
  const found: Record<string, Constraint> = {};
  walk(model, rootsOf(model, "input"), (path, shape) => {
    const constraint = constraintOf(shape);
    if (constraint) found[path] = constraint;
  });
  return found;
}

function collectDoubles(model: Model): readonly string[] {
  const found: string[] = [];
  walk(model, rootsOf(model, "output"), (path, { type }) => {
    if (type === "double" || type === "float") found.push(path);
  });
  return found;
}

const data = process.argv[2];
if (!data) throw new Error("The path of botocore's data folder is missing. Give it as the argument.");
const services: Record<string, Record<string, Constraint>> = {};
const doubles: Record<string, readonly string[]> = {};
for (const [service, folder] of Object.entries(folders)) {
  const model = readModel(data, folder);
  services[service] = collect(model);
  doubles[service] = collectDoubles(model);
}
const result: Constraints = {
  notice:
    "Derived from the service models of botocore, Copyright Amazon.com, Inc. or its affiliates, Apache License 2.0.",
  services,
  doubles,
};
writeFileSync(join(__dirname, "constraints.json"), `${JSON.stringify(result)}\n`);
console.log(
  `constraints.json: ${Object.values(services).reduce((sum, found) => sum + Object.keys(found).length, 0)} constraints.`,
);
