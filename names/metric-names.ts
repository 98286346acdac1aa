/** Returns a text with the service's names of metrics as papers write them: `NDCG at 10`. */
export function namePlainly(text: string): string {
  return writePaperNames(text).replaceAll("_", " ");
}

/**
 * Returns a text with the service's names of metrics as papers write them in short: `NDCG@10`,
 * `precision@10`, and `weighted NDCG@5` for the one with event weights.
 */
export function shortenMetrics(text: string): string {
  return writePaperNames(text).replace(/(NDCG|MRR|precision)_at_/g, "$1@");
}

const writePaperNames = (text: string) =>
  text
    .replaceAll("normalized_discounted_cumulative_gain_with_event_weights", "weighted NDCG")
    .replaceAll("normalized_discounted_cumulative_gain", "NDCG")
    .replaceAll("mean_reciprocal_rank", "MRR");
