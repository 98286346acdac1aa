import type { Stack } from "../messages";

/** The properties of each view of the page. */
export interface ViewProps {
  readonly stack: Stack;
  readonly origin: string;
  /** The text behind the view's name in the address, decoded. */
  readonly detail: string;
  /** The query of the address: the selection in the view. */
  readonly selected: URLSearchParams;
}
