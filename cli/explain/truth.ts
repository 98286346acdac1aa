/** What is known of a statement: its truth, or why nobody knows. */
export type Truth = boolean | { readonly unknown: string };

export const isUnknown = (truth: Truth): truth is { readonly unknown: string } => typeof truth === "object";

/** All are true: one that is false decides, whatever the unknown ones are. */
export const allTrue = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : (truths.find(isUnknown) ?? true);

/** One is true, at least. */
export const anyTrue = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : (truths.find(isUnknown) ?? false);

export const not = (truth: Truth): Truth => (isUnknown(truth) ? truth : !truth);
