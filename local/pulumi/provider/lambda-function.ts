import { createHash } from "node:crypto";
import type { FunctionConfiguration, Runtime } from "@aws-sdk/client-lambda";
import { z } from "zod";
import { zipOf } from "./archive";
import { type Aws, alsoRead, ignoreNotFound, retryOn, waitUntil, waitUntilDeleted } from "./aws";
import { resource } from "./resource";

const schema = z.strictObject({
  name: z.string(),
  role: z.string(),
  code: z.unknown(),
  handler: z.string(),
  runtime: z.string(),
  timeout: z.number().int().min(1).max(900).default(3),
  memorySize: z.number().int().min(128).max(10_240).default(128),
  description: z.string().optional(),
  environment: z.strictObject({ variables: z.record(z.string(), z.string()).optional() }).optional(),
  architectures: z.array(z.enum(["x86_64", "arm64"])).optional(),
  kmsKeyArn: z.string().optional(),
  packageType: z.literal("Zip").default("Zip"),
  publish: z.literal(false).default(false),
  reservedConcurrentExecutions: z.number().int().default(-1),
  vpcConfig: z
    .strictObject({
      subnetIds: z.array(z.string()),
      securityGroupIds: z.array(z.string()),
      ipv6AllowedForDualStack: z.boolean().default(false),
    })
    .optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
type Inputs = z.output<typeof schema>;

const givesCode = "Give the function's code as an archive, in the property code.";
const notFound = "ResourceNotFoundException";

export const lambdaFunction = resource({
  schema,
  hints: { imageUri: givesCode, s3Bucket: givesCode, s3Key: givesCode, s3ObjectVersion: givesCode },
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "architectures", "packageType"],
  computed: ["architectures"],
  unread: ["code", "publish"],
  // As updateComputedAttributesOnPublish of the real provider, and the digest of the code.
  follows: {
    codeSha256: ["code"],
    lastModified: [
      "code",
      "description",
      "environment",
      "handler",
      "kmsKeyArn",
      "memorySize",
      "role",
      "runtime",
      "timeout",
      "vpcConfig",
    ],
  },
  contents: {
    code: { digest: "codeSha256", of: async (code) => sha256(await zipOf(code)) },
  },
  async create(inputs, aws) {
    const ZipFile = await zipOf(inputs.code);
    // For some seconds a new role may not be assumable: AWS returns InvalidParameterValueException.
    await retryOn(
      () =>
        aws.call("lambda", "CreateFunction", {
          ...configurationOf(inputs),
          FunctionName: inputs.name,
          Code: { ZipFile },
          Architectures: inputs.architectures,
          PackageType: "Zip",
          Tags: inputs.tags,
        }),
      "InvalidParameterValueException",
    );
    await waitUntilReady(inputs.name, aws);
    if (inputs.reservedConcurrentExecutions >= 0) await setConcurrency(inputs, aws);
    return inputs.name;
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("lambda", "GetFunction", { FunctionName: id }), notFound);
    if (!found?.Configuration) return undefined;
    const { FunctionArn: Resource } = found.Configuration;
    await alsoRead(
      [notFound],
      aws.call("lambda", "ListVersionsByFunction", { FunctionName: id }),
      aws.call("lambda", "GetFunctionCodeSigningConfig", { FunctionName: id }),
      // GetFunction returns the tags only to a caller that may list them (API reference).
      aws.call("lambda", "ListTags", { Resource }),
    );
    return {
      ...outputsOf(found.Configuration, aws),
      ...inputsOf(found.Configuration),
      reservedConcurrentExecutions: found.Concurrency?.ReservedConcurrentExecutions ?? -1,
      tags: found.Tags,
    };
  },
  async update(id, inputs, { has }, aws) {
    const changed = Object.entries(settingsOf(inputs)).filter(([input]) => has(input));
    if (changed.length > 0) {
      const settings = Object.fromEntries(changed.flatMap(([, members]) => Object.entries(members)));
      await aws.call("lambda", "UpdateFunctionConfiguration", { FunctionName: id, ...settings });
      await waitUntilReady(id, aws);
    }
    if (has("code")) {
      await aws.call("lambda", "UpdateFunctionCode", { FunctionName: id, ZipFile: await zipOf(inputs.code) });
      await waitUntilReady(id, aws);
    }
    if (has("reservedConcurrentExecutions")) await setConcurrency(inputs, aws);
  },
  tagging: {
    set: ({ arn }, Tags, aws) => aws.call("lambda", "TagResource", { Resource: String(arn), Tags }),
    unset: ({ arn }, TagKeys, aws) => aws.call("lambda", "UntagResource", { Resource: String(arn), TagKeys }),
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("lambda", "DeleteFunction", { FunctionName: id }), notFound);
    await waitUntilDeleted(
      `the function ${id}`,
      () => aws.call("lambda", "GetFunction", { FunctionName: id }),
      notFound,
    );
  },
});

const sha256 = (zip: Uint8Array) => createHash("sha256").update(zip).digest("base64");

function outputsOf(found: FunctionConfiguration, aws: Aws) {
  const { FunctionArn: arn = "", LoggingConfig: logging } = found;
  const invoke = (path: string) =>
    `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${path}/invocations`;
  return {
    arn,
    invokeArn: invoke(arn),
    qualifiedArn: `${arn}:$LATEST`,
    qualifiedInvokeArn: invoke(`${arn}:$LATEST`),
    version: "$LATEST",
    codeSha256: found.CodeSha256,
    lastModified: found.LastModified,
    ephemeralStorage: { size: found.EphemeralStorage?.Size },
    loggingConfig: { logFormat: logging?.LogFormat, logGroup: logging?.LogGroup },
    tracingConfig: { mode: found.TracingConfig?.Mode },
  };
}

function inputsOf(found: FunctionConfiguration) {
  const { VpcConfig: vpc, Environment: environment } = found;
  const isInVpc = vpc?.SubnetIds !== undefined && vpc.SubnetIds.length > 0;
  return {
    name: found.FunctionName,
    role: found.Role,
    handler: found.Handler,
    runtime: found.Runtime,
    timeout: found.Timeout,
    memorySize: found.MemorySize,
    description: found.Description || undefined,
    environment: environment?.Variables && { variables: environment.Variables },
    architectures: found.Architectures,
    kmsKeyArn: found.KMSKeyArn,
    packageType: found.PackageType,
    vpcConfig: isInVpc
      ? {
          subnetIds: vpc.SubnetIds,
          securityGroupIds: vpc.SecurityGroupIds,
          ipv6AllowedForDualStack: vpc.Ipv6AllowedForDualStack ?? false,
        }
      : undefined,
  };
}

/**
 * The members of UpdateFunctionConfiguration by the inputs that change them. An input that the
 * program no longer sets has an empty member, because an absent one keeps its value.
 */
const settingsOf = ({ vpcConfig, ...inputs }: Inputs) => ({
  role: { Role: inputs.role },
  handler: { Handler: inputs.handler },
  runtime: { Runtime: inputs.runtime as Runtime },
  timeout: { Timeout: inputs.timeout },
  memorySize: { MemorySize: inputs.memorySize },
  description: { Description: inputs.description ?? "" },
  environment: { Environment: { Variables: inputs.environment?.variables ?? {} } },
  kmsKeyArn: { KMSKeyArn: inputs.kmsKeyArn ?? "" },
  vpcConfig: {
    VpcConfig: { SubnetIds: vpcConfig?.subnetIds ?? [], SecurityGroupIds: vpcConfig?.securityGroupIds ?? [] },
  },
});

function configurationOf(inputs: Inputs) {
  const { vpcConfig, kmsKeyArn, ...always } = settingsOf(inputs);
  return {
    ...always.role,
    ...always.handler,
    ...always.runtime,
    ...always.timeout,
    ...always.memorySize,
    ...always.description,
    ...(inputs.environment && always.environment),
    ...(inputs.kmsKeyArn && kmsKeyArn),
    ...(inputs.vpcConfig && vpcConfig),
  };
}

const waitUntilReady = (FunctionName: string, aws: Aws) =>
  waitUntil(`the function ${FunctionName} is ready`, async () => {
    const { Configuration } = await aws.call("lambda", "GetFunction", { FunctionName });
    return Configuration?.State === "Active" && Configuration.LastUpdateStatus !== "InProgress";
  });

/** -1 reserves nothing. */
async function setConcurrency({ name: FunctionName, reservedConcurrentExecutions: reserved }: Inputs, aws: Aws) {
  if (reserved < 0) await aws.call("lambda", "DeleteFunctionConcurrency", { FunctionName });
  else await aws.call("lambda", "PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions: reserved });
}
