import type { ContextCounts } from "../data/context";
import type { TrainedModel } from "../data/types";
import type { Histories } from "../model/histories";
import type { Mixture } from "../model/mixture";

/** One list for all users: the values it is sorted by. */
interface CommonListInside {
  readonly family: "common-list";
  readonly values: Float64Array;
}

/** A list per item, of the items that its users have in common. */
export interface SimsInside {
  readonly family: "sims";
  readonly histories: Histories;
  readonly popularityDiscount: number;
  readonly minCoInteractions: number;
}

/** A list per item, from interactions and attributes. */
export interface SimilarInside {
  readonly family: "similar";
  /** The items that follow a history of one item. */
  readonly follows: Mixture;
  readonly popularityDiscount: number;
}

export type Inside = Mixture | CommonListInside | SimsInside | SimilarInside;

/** A trained model as the recommender itself sees it. */
export interface OpenModel extends TrainedModel {
  readonly inside: Inside;
  /** Absent: the interactions have no contextual metadata. */
  readonly contexts?: readonly ContextCounts[];
}

/** @throws when the model was not made by `train` */
export function open(model: TrainedModel): OpenModel {
  if (!isOpen(model)) throw new Error(`The model of ${model.recipe} was not made by this recommender's train().`);
  return model;
}

const isOpen = (model: TrainedModel): model is OpenModel =>
  typeof model.inside === "object" && model.inside !== null && "family" in model.inside;
