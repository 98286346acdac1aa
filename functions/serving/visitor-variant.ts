import { chooseVariant, type Experiment } from "../../contract";
import type { FoundPlacement, PlacementSettings, ServedPlacement } from "./placements";

/** The part of an experiment that a request needs. */
export type ServedExperiment = Pick<Experiment, "name" | "placement" | "variants">;

/** The list of popular items, which is a variant also where no placement shows it. */
const popularList: ServedPlacement = { needsItem: false };

/**
 * Finds the placement of the visitor's variant. Undefined where there is no experiment, and for
 * visitors without an id.
 */
export function findVariant(
  experiment: ServedExperiment | undefined,
  name: string,
  visitor: Parameters<typeof chooseVariant>[1],
  placements: PlacementSettings["placements"],
): FoundPlacement | undefined {
  const variant = experiment?.placement === name ? chooseVariant(experiment, visitor) : undefined;
  if (experiment === undefined || variant === undefined) return undefined;
  const placement = (Object.hasOwn(placements, variant) && placements[variant]) || popularList;
  return { name: variant, placement, assignment: { Experiment: experiment.name, Variant: variant } };
}
