// Keeps the resources of another stack whose names are equal: those of the project `shop` with the
// stack `eu-prod`, and of `shop-eu` with `prod`. Alarms, rules, dashboards and topics that exist
// would be replaced without a word.
import * as pulumi from "@pulumi/pulumi";
import { type Access, createRoleCredentials, fetchPlace } from "../dynamic-providers/service/access";
import { projectTag } from "../names/layout";
import { physicalName, type StackName } from "../names/physical-names";
import { pulumiCommand } from "../names/pulumi-command";
import { explainAccessError } from "./explain-access-error";

/** An alarm that every stack has: CloudWatch creates it together with its tags. */
const alarm = "consumer-errors";

/**
 * Throws when the names that the stack would use are another stack's, by the tags of one of them.
 */
export async function requireOwnNames(access: Access, { project, stack }: StackName): Promise<void> {
  const { CloudWatch } = await import("@aws-sdk/client-cloudwatch");
  const cloudwatch = new CloudWatch({ ...access.clients?.cloudwatch, ...createRoleCredentials(access) });
  const name = physicalName({ project, stack }, alarm);
  const place = await fetchPlace(access, cloudwatch);
  const request = { ResourceARN: `arn:aws:cloudwatch:${place}:alarm:${name}` };
  const { Tags = [] } = await cloudwatch.listTagsForResource(request).catch((error: Error) => {
    if (/^ResourceNotFound/.test(error.name)) return { Tags: [] };
    throw new pulumi.RunError(explainAccessError(error) ?? `The alarm ${name} cannot be read: ${error.message}`);
  });
  const find = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
  const owner = { project: find(projectTag), stack: find("Stack") };
  if (owner.project === undefined && owner.stack === undefined) return;
  if (owner.project === project && owner.stack === stack) return;
  throw new pulumi.RunError(
    `The stack "${stack}" of the project "${project}" cannot have the alarm ${name}: it is of the stack "${owner.stack}" of ` +
      `the project "${owner.project}", and the names of both stacks are equal. Nothing was changed. Choose another name ` +
      `for the stack: ${pulumiCommand()} stack init NAME.`,
  );
}
