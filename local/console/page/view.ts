import type { Stack } from "../messages";

/** What each view of the page is given. */
export interface ViewProps {
  readonly stack: Stack;
  readonly origin: string;
  /** What follows the view's name in the address, decoded. */
  readonly detail: string;
  /** What follows a question mark there: what is selected in the view. */
  readonly selected: URLSearchParams;
}
