import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as control from "@aws-sdk/client-personalize";
import * as events from "@aws-sdk/client-personalize-events";
import * as runtime from "@aws-sdk/client-personalize-runtime";

const packages = ["client-personalize", "client-personalize-events", "client-personalize-runtime"];
const typesOf = (name: string) => join(__dirname, "../../../node_modules/@aws-sdk", name, "dist-types/commands");

/**
 * The exceptions that the service's model gives an operation: the SDK's schemas have no lists of
 * errors, but its declarations, which are generated from the same model, name each with `@throws`.
 */
export function listDocumentedErrors(operation: string): readonly string[] {
  const known = read.get(operation) ?? readDocumentedErrors(operation);
  read.set(operation, known);
  return known;
}

const read = new Map<string, readonly string[]>();

function readDocumentedErrors(operation: string): string[] {
  const file = packages.map((name) => join(typesOf(name), `${operation}Command.d.ts`)).find(existsSync);
  if (!file) throw new Error(`The SDK has no operation ${operation}.`);
  const thrown = readFileSync(file, "utf8").matchAll(/@throws \{@link (\w+Exception)\}/g);
  return Array.from(thrown, ([, error = ""]) => error).filter((error) => !error.endsWith("ServiceException"));
}

/** Errors that no client can bring about, with the reason. */
export const unreached: Readonly<Record<string, string>> = {
  "CreateDataset LimitExceededException":
    "A group has one dataset of each type, so a second one is ResourceAlreadyExists; five groups cannot have more than the quota.",
  "CreateEventTracker ResourceAlreadyExistsException":
    "A tracker's ARN is generated, so its name takes nothing; the second one of a group is LimitExceeded.",
  "TagResource LimitExceededException":
    "It is about requests per second (API reference), whose number is not documented; tags that are too many are TooManyTags.",
  "UpdateSolution LimitExceededException": "An update makes nothing that has a documented quota.",
};

const statusByModel: Readonly<Record<string, number>> = {
  InvalidInputException: 400,
  ResourceNotFoundException: 404,
  ResourceInUseException: 409,
};

/**
 * The status of an operation's error: of the control plane always 400 (API reference), else as its
 * model says.
 */
export const findDocumentedStatus = (operation: string, error: string) =>
  `${operation}Command` in control ? 400 : statusByModel[error];

/** The names of the operations of the three SDK clients. */
export const sdkOperations: readonly string[] = [control, events, runtime]
  .flatMap((module) => Object.keys(module))
  .filter((name) => name.endsWith("Command") && !name.startsWith("$"))
  .map((name) => name.slice(0, -"Command".length));
