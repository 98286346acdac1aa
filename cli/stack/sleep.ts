import { programName } from "../../names/layout";
import type { StackReader } from "./stack";

/** Says since when a stack is asleep, and how to wake it; undefined for one that is awake. */
export const describeSleep = ({ asleepSince }: Pick<StackReader, "asleepSince">): string | undefined =>
  asleepSince &&
  `Asleep since ${asleepSince.toISOString().slice(0, 16)}Z: there are no campaigns, each answer is the list of popular ` +
    `items, and nothing is trained. It wakes with \`${programName}:asleep\` false, and \`up\`.`;

/** Throws in a stack that is asleep. */
export function requireAwake(stack: Pick<StackReader, "asleepSince" | "stack">, what: string): void {
  const asleep = describeSleep(stack);
  if (asleep !== undefined) throw new Error(`The stack "${stack.stack}" cannot ${what}. ${asleep}`);
}
