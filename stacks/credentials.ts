// Checks the access to AWS once: otherwise each resource would fail with its own message.
import { getRegion } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { type Access, fetchAccount, readAccess } from "../dynamic-providers/service/access";
import { Refusal } from "../names/refusal";
import { requireRegion } from "./config/region";
import { explainAccessError } from "./explain-access-error";

const { getConfig } = pulumi.runtime;

/**
 * Reads the stack's access to AWS from its `aws:` keys; undefined where the stack wants no check of
 * its credentials.
 */
export function readStackAccess(): Access | undefined {
  return getConfig("aws:skipCredentialsValidation") === "true" ? undefined : readAccess(getConfig);
}

/** Throws what is wrong with the `aws:` keys, before any call. */
export function requireGoodKeys({ problem, region }: Access): void {
  if (problem !== undefined) throw new Refusal(problem);
  if (region !== undefined) requireRegion(region, getConfig);
}

/** Throws when AWS, or the aws provider, cannot be used with the credentials and the Region. */
export async function requireCredentials(access: Access): Promise<void> {
  await fetchAccount(access).catch((error: Error) => {
    throw new pulumi.RunError(explainAccessError(error) ?? `AWS cannot be used: ${error.message}`);
  });
  const { region } = await getRegion({}).catch((error: Error) => {
    throw new pulumi.RunError(`The aws provider cannot be used: ${error.message}`);
  });
  // That of a profile is known to the provider only.
  requireRegion(region, getConfig);
}
