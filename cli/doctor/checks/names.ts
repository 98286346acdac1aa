import { bucketName, physicalName, scheduleParts } from "../../../components/support/names";
import type { StackConfig } from "../../../stacks/config";
import { checkStack, reportFailed, reportPassed } from "../check";
import { findDatasetGroup } from "../personalize-names";
import { createTagReaders, type Kind, type Tags } from "../read-tags";

/** Names that the stack uses, and that another stack or program could use as well. */
export const names = checkStack("names", async (account, config, stack) => {
  const readTags = createTagReaders(account);
  const foreign: string[] = [];
  let own = 0;
  const group = await findDatasetGroup(account, stack);
  const datasetGroup = { kind: "dataset group" as const, name: group?.arn ?? "" };
  const all = [...(group ? [datasetGroup] : []), ...listNames(config, stack, account.account)];
  for (const { kind, name } of all) {
    const tags = await readTags[kind](name);
    if (tags === undefined) continue;
    if (isOwn(tags, stack)) own++;
    else foreign.push(`${kind} ${name}`);
  }
  if (foreign.length === 0) return reportPassed(`${own} of ${all.length} names are this stack's, the others are free`);
  return reportFailed(
    `not of this stack, by their tags Project and Stack: ${foreign.join(", ")}`,
    "Give the stack another name (`pulumi stack rename`), or delete or rename these.",
  );
});

const isOwn = (tags: Tags, stack: string): boolean => tags.Project === "recommender" && tags.Stack === stack;

/** Functions, whose roles have their names. */
const functions = [
  "ingest-events",
  "recommend-pets",
  "check-training-data",
  "evaluate-model",
  "refresh-popular-items",
  "report-model-health",
];
const otherRoles = ["archive", "personalize-import", "personalize-key", "retraining", ...scheduleParts];

function listNames({ rerankingEnabled, metricAttribution }: StackConfig, stack: string, account: string) {
  const all = [...functions, ...(rerankingEnabled ? ["rerank-pets"] : [])];
  const nameParts = (kind: Kind, ...parts: readonly string[]) =>
    parts.map((part) => ({ kind, name: physicalName("recommender", stack, part) }));
  const buckets = ["data", "archive", "quarantine"];
  return [
    ...nameParts("stream", "events"),
    ...nameParts("delivery stream", "archive"),
    ...nameParts("state machine", "retraining"),
    ...buckets.map((part) => ({ kind: "bucket" as const, name: bucketName("recommender", stack, part, account) })),
    ...nameParts("function", ...all),
    ...nameParts("role", ...all, ...otherRoles, ...(metricAttribution ? ["personalize-attribution"] : [])),
  ];
}
