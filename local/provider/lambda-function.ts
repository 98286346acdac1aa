import type { CreateFunctionCommandInput, Runtime } from "@aws-sdk/client-lambda";
import { z } from "zod";
import { zipOf } from "./archive";
import { type Aws, settled, unlessGone, until } from "./aws";
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
  packageType: z.literal("Zip").optional(),
  publish: z.literal(false).optional(),
  reservedConcurrentExecutions: z.number().int().optional(),
  loggingConfig: z
    .strictObject({
      logFormat: z.enum(["JSON", "Text"]),
      logGroup: z.string().optional(),
      applicationLogLevel: z.string().optional(),
      systemLogLevel: z.string().optional(),
    })
    .optional(),
  tracingConfig: z.strictObject({ mode: z.enum(["Active", "PassThrough"]) }).optional(),
  vpcConfig: z
    .strictObject({
      subnetIds: z.array(z.string()),
      securityGroupIds: z.array(z.string()),
      ipv6AllowedForDualStack: z.boolean().optional(),
    })
    .optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
type Inputs = z.output<typeof schema>;

const gone = "ResourceNotFoundException";

export const lambdaFunction = resource({
  schema,
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "architectures", "packageType"],
  async create(inputs, aws) {
    const ZipFile = await zipOf(inputs.code);
    // A role made a moment ago may not be assumable yet: AWS answers InvalidParameterValueException for some seconds.
    const created = await settled(
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
    await ready(inputs.name, aws);
    await setConcurrency(inputs.name, inputs.reservedConcurrentExecutions, undefined, aws);
    return { id: inputs.name, outputs: outputsOf(created.FunctionArn ?? "", aws) };
  },
  async read(id, state, aws) {
    const found = await unlessGone(aws.call("lambda", "GetFunction", { FunctionName: id }), gone);
    const configuration = found?.Configuration;
    if (!configuration) return undefined;
    return {
      ...outputsOf(configuration.FunctionArn ?? "", aws),
      runtime: configuration.Runtime,
      timeout: configuration.Timeout,
      memorySize: configuration.MemorySize,
      role: configuration.Role,
      handler: configuration.Handler,
      ...(state.environment ? { environment: { variables: configuration.Environment?.Variables } } : {}),
      ...(state.tags ? { tags: found?.Tags } : {}),
    };
  },
  async update(id, inputs, old, aws) {
    await aws.call("lambda", "UpdateFunctionConfiguration", { ...configurationOf(inputs), FunctionName: id });
    await ready(id, aws);
    await aws.call("lambda", "UpdateFunctionCode", { FunctionName: id, ZipFile: await zipOf(inputs.code) });
    await ready(id, aws);
    await setConcurrency(id, inputs.reservedConcurrentExecutions, old.reservedConcurrentExecutions, aws);
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    const Resource = String(old.arn);
    if (Object.keys(set).length > 0) await aws.call("lambda", "TagResource", { Resource, Tags: set });
    if (unset.length > 0) await aws.call("lambda", "UntagResource", { Resource, TagKeys: unset });
    return {};
  },
  async delete(id, _state, aws) {
    await unlessGone(aws.call("lambda", "DeleteFunction", { FunctionName: id }), gone);
  },
});

function outputsOf(arn: string, aws: Aws) {
  const invokeArn = `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { arn, invokeArn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" };
}

function configurationOf(inputs: Inputs): Omit<CreateFunctionCommandInput, "FunctionName" | "Code"> {
  const logging = inputs.loggingConfig;
  return {
    Role: inputs.role,
    Handler: inputs.handler,
    Runtime: inputs.runtime as Runtime,
    Timeout: inputs.timeout,
    MemorySize: inputs.memorySize,
    Description: inputs.description,
    KMSKeyArn: inputs.kmsKeyArn,
    Environment: inputs.environment && { Variables: inputs.environment.variables ?? {} },
    LoggingConfig: logging && {
      LogFormat: logging.logFormat,
      LogGroup: logging.logGroup,
      ApplicationLogLevel: logging.applicationLogLevel as "INFO" | undefined,
      SystemLogLevel: logging.systemLogLevel as "INFO" | undefined,
    },
    TracingConfig: inputs.tracingConfig && { Mode: inputs.tracingConfig.mode },
    VpcConfig: inputs.vpcConfig && {
      SubnetIds: inputs.vpcConfig.subnetIds,
      SecurityGroupIds: inputs.vpcConfig.securityGroupIds,
    },
  };
}

const ready = (FunctionName: string, aws: Aws) =>
  until(`The function ${FunctionName} becoming ready`, async () => {
    const { State, LastUpdateStatus } = await aws.call("lambda", "GetFunctionConfiguration", { FunctionName });
    return State === "Active" && LastUpdateStatus !== "InProgress";
  });

async function setConcurrency(FunctionName: string, wanted: number | undefined, old: unknown, aws: Aws): Promise<void> {
  if (wanted === old) return;
  if (wanted !== undefined && wanted >= 0) {
    await aws.call("lambda", "PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions: wanted });
  } else if (old !== undefined) {
    await aws.call("lambda", "DeleteFunctionConcurrency", { FunctionName });
  }
}
