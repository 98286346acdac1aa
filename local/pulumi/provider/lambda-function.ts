import { createHash } from "node:crypto";
import type { CreateFunctionCommandInput, FunctionConfiguration, Runtime } from "@aws-sdk/client-lambda";
import { z } from "zod";
import { zipOf } from "./archive";
import { type Aws, alsoRead, ignoreNotFound, retryOn, waitUntil } from "./aws";
import { resource } from "./resource";
import { tagChanges } from "./values";

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

const notFound = "ResourceNotFoundException";

export const lambdaFunction = resource({
  schema,
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "architectures", "packageType"],
  computed: ["architectures"],
  unread: ["code", "publish"],
  contents: {
    code: { digest: "codeSha256", of: async (code) => sha256(await zipOf(code)) },
  },
  async create(inputs, aws) {
    const ZipFile = await zipOf(inputs.code);
    // For some seconds a new role may not be assumable: AWS returns InvalidParameterValueException.
    const created = await retryOn(
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
    await setConcurrency(inputs.name, inputs.reservedConcurrentExecutions, -1, aws);
    return { id: inputs.name, outputs: outputsOf(created, aws) };
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("lambda", "GetFunction", { FunctionName: id }), notFound);
    if (!found?.Configuration) return undefined;
    const { FunctionArn: Resource } = found.Configuration;
    await alsoRead(
      [notFound],
      aws.call("lambda", "ListVersionsByFunction", { FunctionName: id }),
      aws.call("lambda", "GetFunctionCodeSigningConfig", { FunctionName: id }),
      aws.call("lambda", "ListTags", { Resource }),
    );
    return {
      ...outputsOf(found.Configuration, aws),
      ...inputsOf(found.Configuration),
      reservedConcurrentExecutions: found.Concurrency?.ReservedConcurrentExecutions ?? -1,
      tags: found.Tags,
    };
  },
  async update(id, inputs, old, aws) {
    await aws.call("lambda", "UpdateFunctionConfiguration", { ...configurationOf(inputs), FunctionName: id });
    await waitUntilReady(id, aws);
    const updated = await aws.call("lambda", "UpdateFunctionCode", {
      FunctionName: id,
      ZipFile: await zipOf(inputs.code),
    });
    await waitUntilReady(id, aws);
    await setConcurrency(id, inputs.reservedConcurrentExecutions, old.reservedConcurrentExecutions, aws);
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    const Resource = String(old.arn);
    if (Object.keys(set).length > 0) await aws.call("lambda", "TagResource", { Resource, Tags: set });
    if (unset.length > 0) await aws.call("lambda", "UntagResource", { Resource, TagKeys: unset });
    return { codeSha256: updated.CodeSha256 };
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("lambda", "DeleteFunction", { FunctionName: id }), notFound);
  },
});

const sha256 = (zip: Uint8Array) => createHash("sha256").update(zip).digest("base64");

function outputsOf({ FunctionArn: arn = "", CodeSha256 }: FunctionConfiguration, aws: Aws) {
  const invokeArn = `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { arn, invokeArn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST", codeSha256: CodeSha256 };
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

function configurationOf(inputs: Inputs): Omit<CreateFunctionCommandInput, "FunctionName" | "Code"> {
  return {
    Role: inputs.role,
    Handler: inputs.handler,
    Runtime: inputs.runtime as Runtime,
    Timeout: inputs.timeout,
    MemorySize: inputs.memorySize,
    Description: inputs.description,
    KMSKeyArn: inputs.kmsKeyArn,
    Environment: inputs.environment && { Variables: inputs.environment.variables ?? {} },
    VpcConfig: inputs.vpcConfig && {
      SubnetIds: inputs.vpcConfig.subnetIds,
      SecurityGroupIds: inputs.vpcConfig.securityGroupIds,
    },
  };
}

const waitUntilReady = (FunctionName: string, aws: Aws) =>
  waitUntil(`the function ${FunctionName} is ready`, async () => {
    const { State, LastUpdateStatus } = await aws.call("lambda", "GetFunctionConfiguration", { FunctionName });
    return State === "Active" && LastUpdateStatus !== "InProgress";
  });

/** -1 reserves nothing. */
async function setConcurrency(FunctionName: string, reserved: number, old: unknown, aws: Aws): Promise<void> {
  if (reserved === (old ?? -1)) return;
  if (reserved < 0) await aws.call("lambda", "DeleteFunctionConcurrency", { FunctionName });
  else await aws.call("lambda", "PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions: reserved });
}
