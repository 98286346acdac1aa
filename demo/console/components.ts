import type { ResourceItem, Stack } from "../../local/console/messages";
import { parameterRoot } from "../../names/layout";

/**
 * Components in the order in which data pass through them, and what the names of their resources
 * have in common.
 */
const patterns: readonly (readonly [string, RegExp])[] = [
  ["Retraining", /retrain|check-training|evaluate-model|refresh-popular/],
  ["Observability", /alarm|topic|notification|model-health|overview|failed-executions|rule|dashboard/i],
  ["Serving", /recommend-pets|rerank-pets|invoke/],
  ["Ingestion", /event|ingest|quarantine|archive|producer|mapping/],
  ["Models", /solution|campaign|filter|dataset|tracker|schema|recommendation|reranking|personalize/i],
  ["Data", /data/],
];
const foundation = "Foundation";

export const components: readonly string[] = [...patterns.map(([name]) => name), foundation];

/**
 * The component that has a resource of a stack; undefined for a resource of no stack, or of another
 * one.
 */
export function componentOf({ type, name }: ResourceItem, stack: Stack): string | undefined {
  if (!name.includes(stack.prefix) && !name.startsWith(`${parameterRoot}/${stack.name}/`)) return undefined;
  // The project's own name says nothing about a part of it.
  const text = `${type} ${name.replaceAll(stack.prefix, "")}`;
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? foundation;
}
