import type { ContextCounts } from "../data/context";
import type { TrainedModel } from "../data/types";
import type { ItemModel } from "../stage1/item-model";

/** Histories and candidates are weighed by a fitted conditional logit. */
export interface BlendInside {
  readonly family: "blend";
  readonly items: ItemModel;
  /** One per feature; see `computeFeatures`. */
  readonly weights: Float64Array;
  readonly recency: boolean;
}

/** One list for everybody: the values it is sorted by. */
interface CommonListInside {
  readonly family: "common-list";
  readonly values: Float64Array;
}

/** A list per item. */
export interface RelatedInside {
  readonly family: "related";
  /** Relatedness in sparse rows; items without an entry are not related. */
  readonly start: Int32Array;
  readonly related: Int32Array;
  readonly values: Float32Array;
}

/** A list per item, from interactions and attributes. */
export interface SimilarInside {
  readonly family: "similar";
  /** The items that follow a history of one item. */
  readonly follows: BlendInside;
  readonly popularityDiscount: number;
}

export type Inside = BlendInside | CommonListInside | RelatedInside | SimilarInside;

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
