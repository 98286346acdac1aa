import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as control from "@aws-sdk/client-personalize";
import * as events from "@aws-sdk/client-personalize-events";
import * as runtime from "@aws-sdk/client-personalize-runtime";
import type { World } from "./world.ts";

const packages = ["client-personalize", "client-personalize-events", "client-personalize-runtime"];
const typesOf = (name: string) => join(__dirname, "../../../node_modules/@aws-sdk", name, "dist-types/commands");

/** The exceptions that the SDK's declarations give an operation. */
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

/**
 * Errors without a case. A LimitExceededException is one wherever a quota would have to be filled first; it has a case
 * where one resource fills it.
 */
export const unreached: ReadonlySet<string> = new Set([
  // A name is no part of their ARN, and the guide does not say what else makes two the same.
  "CreateEventTracker ResourceAlreadyExistsException",
  "CreateSolutionVersion ResourceAlreadyExistsException",
  "UpdateMetricAttribution ResourceAlreadyExistsException",
  // They do not wait for the resource's state, as far as is known.
  "ListTagsForResource ResourceInUseException",
  "TagResource ResourceInUseException",
  "UntagResource ResourceInUseException",
  // A second attribution would need a second group with interactions.
  "DeleteMetricAttribution ResourceInUseException",
  "UpdateMetricAttribution ResourceInUseException",
  // The request's own length limit, 50 keys, is checked first.
  "UntagResource TooManyTagKeysException",
]);

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
