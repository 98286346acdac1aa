// Rules over several keys of the configuration: each says which values it reads, and waits while
// one of them is wrong.
import type { StackName } from "../../names/physical-names";
import type { StackData } from "../../seed/import-files/read-data";
import type { Values } from "./keys";
import type { Placement } from "./placements";
import type { Problem } from "./problems";

/** What rules read. */
export interface Judged extends Values {
  /** The filters; one that is wrong by itself is undefined: known by its name, and not judged. */
  eachFilter: Readonly<Record<string, string | undefined>>;
  /** The same of placements. */
  eachPlacement: Readonly<Record<string, Placement | undefined>>;
  /** The stack, for rules that depend on its name. */
  name: StackName;
  data: StackData;
}

/** What could be read; a key that is wrong is absent. */
export type Readable = Partial<Judged>;

export interface Rule {
  readonly needs: readonly (keyof Judged)[];
  readonly find: (given: Judged) => Problem[];
}

/** A rule that needs these keys; it may look at others, which are absent where they are wrong. */
export function rule<Key extends keyof Judged>(
  needs: readonly Key[],
  find: (given: Pick<Judged, Key> & Readable) => Problem[],
): Rule {
  return { needs, find };
}

/** Applies each rule of which everything is there; `waiting` counts the others. */
export function applyRules(rules: readonly Rule[], given: Readable): { problems: Problem[]; waiting: number } {
  const isReady = ({ needs }: Rule) => needs.every((key) => Object.hasOwn(given, key));
  const ready = rules.filter(isReady);
  return { problems: ready.flatMap(({ find }) => find(given as Judged)), waiting: rules.length - ready.length };
}

/** Leaves out the members that are wrong by themselves. */
export const pickRight = <Value>(members: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
