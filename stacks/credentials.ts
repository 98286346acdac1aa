// Checks the access to AWS once: otherwise each resource would fail with its own message.
import { getRegion } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { type Access, fetchAccount, readAccess } from "../dynamic-providers/service/access";
import { requireRegion } from "./config/region";
import { explainAccessError } from "./explain-access-error";

/**
 * Reads the `aws:` keys of the stack; `check` throws what is wrong with them. Undefined where the
 * stack wants no check.
 */
export function openAccess() {
  const keys = new Map(Object.entries(pulumi.runtime.allConfig()));
  if (keys.get("aws:skipCredentialsValidation") === "true") return undefined;
  const access = readAccess((key) => keys.get(key));
  const check = () => {
    if (access.problem !== undefined) throw new Error(access.problem);
    const region = keys.get("aws:region") ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    if (region) requireRegion(region, (key) => keys.get(key));
  };
  return { access, check };
}

/**
 * Throws when AWS cannot be used with the credentials and the Region of the stack, or the aws
 * provider with its keys.
 */
export async function requireCredentials({ access }: { access: Access }): Promise<void> {
  await fetchAccount(access).catch((error: Error) => {
    throw new pulumi.RunError(explainAccessError(error) ?? `AWS cannot be used: ${error.message}`);
  });
  await getRegion({}).catch((error: Error) => {
    throw new pulumi.RunError(`The aws provider cannot be used: ${error.message}`);
  });
}
