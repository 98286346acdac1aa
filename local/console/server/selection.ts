import type { Scope } from "../../account/aws/arn";
import type { ResourceItem } from "../messages";
import type { Calls } from "./caller";

/** An account and Region, and calls that read there. */
export interface Place {
  readonly scope: Scope;
  readonly view: Calls;
}

/** The resources that a view shows: those of every place that was called, or of one stack. */
export interface Selection {
  readonly places: readonly Place[];
  shows(resource: ResourceItem): boolean;
}
