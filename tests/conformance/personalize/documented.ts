import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as control from "@aws-sdk/client-personalize";
import * as events from "@aws-sdk/client-personalize-events";
import * as runtime from "@aws-sdk/client-personalize-runtime";
import type { World } from "./world.ts";

const packages = ["client-personalize", "client-personalize-events", "client-personalize-runtime"];
const typesOf = (name: string) => join(__dirname, "../../../node_modules/@aws-sdk", name, "dist-types/commands");

/**
 * The exceptions that the service's model gives an operation: the SDK's schemas have no lists of errors, but its
 * declarations, which are generated from the same model, name each with `@throws`.
 */
export function documentedErrors(operation: string): string[] {
  for (const name of packages) {
    let text: string;
    try {
      text = readFileSync(join(typesOf(name), `${operation}Command.d.ts`), "utf8");
    } catch {
      continue;
    }
    const all = Array.from(text.matchAll(/@throws \{@link (\w+Exception)\}/g), ([, error = ""]) => error);
    return all.filter((error) => !error.endsWith("ServiceException"));
  }
  throw new Error(`The SDK has no operation ${operation}.`);
}

/** Errors that no client can bring about, with the reason. */
export const unreached: Readonly<Record<string, string>> = {
  "CreateDataset LimitExceededException":
    "A group has one dataset of each type, so a second one is ResourceAlreadyExists; five groups cannot have more than the quota.",
  "CreateEventTracker ResourceAlreadyExistsException":
    "A tracker's ARN is generated, so its name takes nothing; the second one of a group is LimitExceeded.",
  "TagResource LimitExceededException":
    "It is about requests per second (API reference), whose number is not told; tags that are too many are TooManyTags.",
  "UpdateSolution LimitExceededException":
    "It is about requests per second (API reference), whose number is not told; an update makes nothing that is counted.",
};

/** The operations of the three SDK clients, by name; sending one shows whether the local account has it. */
export function sdkOperations({ personalize, events: eventsClient, runtime: runtimeClient }: World) {
  return [
    ...commandsOf(control, (command) => personalize.send(command)),
    ...commandsOf(events, (command) => eventsClient.send(command)),
    ...commandsOf(runtime, (command) => runtimeClient.send(command)),
  ];
}

function commandsOf(module: object, send: (command: never) => Promise<unknown>) {
  return Object.entries(module)
    .filter(([name]) => name.endsWith("Command") && !name.startsWith("$"))
    .map(([name, Command]) => ({
      name: name.slice(0, -"Command".length),
      send: () => send(new (Command as new (input: object) => never)({})),
    }));
}
