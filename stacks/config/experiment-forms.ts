// The forms of an experiment's definition. A running one is kept as it was given, and known by a
// hash of that: a version of this program with one more member, or with another default, still
// knows it.
import type { Experiment } from "../../contract";
import { standardPlacement } from "../../names/layout";

/** What a definition says where it lacks a member. */
export const experimentDefaults = { placement: standardPlacement, minimumEffect: 0.05, settleDays: 7 } as const;

type DefaultMember = keyof typeof experimentDefaults;

/** A definition as someone has written it, today or for an earlier version. */
export type GivenExperiment = Omit<Experiment, DefaultMember> & Partial<Pick<Experiment, DefaultMember>>;

/** Reads a definition; its members are in one order. */
export const completeExperiment = (given: GivenExperiment): Experiment => ({
  name: given.name,
  placement: given.placement ?? experimentDefaults.placement,
  variants: given.variants,
  goal: given.goal,
  minimumEffect: given.minimumEffect ?? experimentDefaults.minimumEffect,
  settleDays: given.settleDays ?? experimentDefaults.settleDays,
});

const members = Object.keys(experimentDefaults) as DefaultMember[];

/** Returns what is given, in the order of a complete definition. */
export function toForm(given: GivenExperiment): GivenExperiment {
  const absent = members.filter((member) => given[member] === undefined);
  return leaveOut(completeExperiment(given), absent);
}

/**
 * Lists the forms that mean the same: each with and without the members that have their defaults.
 */
export function listForms(given: GivenExperiment): GivenExperiment[] {
  const complete = completeExperiment(given);
  const free = members.filter((member) => complete[member] === experimentDefaults[member]);
  const sets = free.reduce<DefaultMember[][]>((all, member) => all.flatMap((set) => [set, [...set, member]]), [[]]);
  return sets.map((without) => leaveOut(complete, without));
}

function leaveOut(complete: Experiment, without: readonly DefaultMember[]): GivenExperiment {
  const left = new Set<string>(without);
  return Object.fromEntries(
    Object.entries(complete).filter(([member]) => !left.has(member)),
  ) as unknown as GivenExperiment;
}
