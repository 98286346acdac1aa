import { project } from "../../../contract/layout";
import { checkPlan, reportFailed, reportPassed } from "../check";
import { listPlanned, type Plan } from "../deployment/planned-resource";
import { findDatasetGroup } from "../personalize-names";
import { type Kind, readTags } from "../read-tags";

/** Names that the stack uses, and that another stack or program could use as well. */
export const names = checkPlan("names", async (account, plan, stack) => {
  const foreign: string[] = [];
  let own = 0;
  const group = await findDatasetGroup(account, stack);
  const datasetGroup = { kind: "dataset group" as const, name: group?.arn ?? "" };
  const all = [...(group ? [datasetGroup] : []), ...listNames(plan)];
  for (const { kind, name } of all) {
    const tags = await readTags(account, kind, name);
    if (tags === undefined) continue;
    if (tags.Project === project && tags.Stack === stack) own++;
    else foreign.push(`${kind} ${name}`);
  }
  if (foreign.length === 0) return reportPassed(`${own} of ${all.length} names are this stack's, the others are free`);
  return reportFailed(
    `their tags Project and Stack are not this stack's: ${foreign.join(", ")}`,
    "Give the stack another name (`pulumi stack rename`), or delete or rename these.",
  );
});

/** Kinds of which the account has names, with the input that names them. A dataset group's name ends with a hash. */
const kinds: Readonly<Record<string, readonly [kind: Kind, input: string]>> = {
  "aws:kinesis/stream:Stream": ["stream", "name"],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ["delivery stream", "name"],
  "aws:sfn/stateMachine:StateMachine": ["state machine", "name"],
  "aws:s3/bucket:Bucket": ["bucket", "bucket"],
  "aws:lambda/function:Function": ["function", "name"],
  "aws:iam/role:Role": ["role", "name"],
};

/** Lists the names that the program gives, one kind after the other. */
export const listNames = (plan: Plan): { kind: Kind; name: string }[] =>
  Object.entries(kinds).flatMap(([type, [kind, input]]) =>
    listPlanned(plan, type).map(({ inputs }) => ({ kind, name: String(inputs[input]) })),
  );
