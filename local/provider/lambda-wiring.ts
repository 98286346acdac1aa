import { z } from "zod";
import { type Aws, settled, unlessGone, until } from "./aws";
import { resource } from "./resource";

const gone = "ResourceNotFoundException";

const mapping = z.strictObject({
  functionName: z.string(),
  eventSourceArn: z.string(),
  startingPosition: z.enum(["LATEST", "TRIM_HORIZON"]).optional(),
  batchSize: z.number().int().min(1).max(10_000).default(100),
  maximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  bisectBatchOnFunctionError: z.boolean().optional(),
  maximumRecordAgeInSeconds: z.number().int().optional(),
  maximumRetryAttempts: z.number().int().optional(),
  parallelizationFactor: z.number().int().min(1).max(10).optional(),
  functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).optional(),
  destinationConfig: z
    .strictObject({ onFailure: z.strictObject({ destinationArn: z.string() }).optional() })
    .optional(),
  metricsConfig: z.strictObject({ metrics: z.array(z.literal("EventCount")) }).optional(),
  enabled: z.boolean().default(true),
  tags: z.record(z.string(), z.string()).optional(),
});

export const eventSourceMapping = resource({
  schema: mapping,
  replaceOn: ["eventSourceArn", "startingPosition"],
  async create(inputs, aws) {
    // As with the function itself, a fresh role may need some seconds before its permissions count.
    const created = await settled(
      () =>
        aws.call("lambda", "CreateEventSourceMapping", {
          ...settingsOf(inputs),
          EventSourceArn: inputs.eventSourceArn,
          StartingPosition: inputs.startingPosition,
          Tags: inputs.tags,
        }),
      "InvalidParameterValueException",
    );
    const id = created.UUID ?? "";
    await settledState(id, aws);
    return { id, outputs: { uuid: id, arn: created.EventSourceMappingArn, functionArn: created.FunctionArn } };
  },
  async read(id, _state, aws) {
    const found = await unlessGone(aws.call("lambda", "GetEventSourceMapping", { UUID: id }), gone);
    return (
      found && {
        uuid: id,
        state: found.State,
        batchSize: found.BatchSize,
        bisectBatchOnFunctionError: found.BisectBatchOnFunctionError,
        maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
        maximumRetryAttempts: found.MaximumRetryAttempts,
        maximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds,
        enabled: found.State !== "Disabled",
      }
    );
  },
  async update(id, inputs, _old, aws) {
    await aws.call("lambda", "UpdateEventSourceMapping", { ...settingsOf(inputs), UUID: id });
    await settledState(id, aws);
    return {};
  },
  async delete(id, _state, aws) {
    await settled(
      () => unlessGone(aws.call("lambda", "DeleteEventSourceMapping", { UUID: id }), gone),
      "ResourceInUseException",
    );
    await until(
      `The event source mapping ${id} being gone`,
      async () => (await unlessGone(aws.call("lambda", "GetEventSourceMapping", { UUID: id }), gone)) === undefined,
    );
  },
});

const settledState = (UUID: string, aws: Aws) =>
  until(`The event source mapping ${UUID} becoming Enabled`, async () => {
    const { State } = await aws.call("lambda", "GetEventSourceMapping", { UUID });
    return State === "Enabled" || State === "Disabled";
  });

function settingsOf(inputs: z.output<typeof mapping>) {
  const destination = inputs.destinationConfig?.onFailure?.destinationArn;
  return {
    FunctionName: inputs.functionName,
    Enabled: inputs.enabled,
    BatchSize: inputs.batchSize,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    ParallelizationFactor: inputs.parallelizationFactor,
    FunctionResponseTypes: inputs.functionResponseTypes,
    DestinationConfig: destination === undefined ? undefined : { OnFailure: { Destination: destination } },
    MetricsConfig: inputs.metricsConfig && { Metrics: inputs.metricsConfig.metrics },
  };
}

export const permission = resource({
  schema: z.strictObject({
    statementId: z.string(),
    action: z.string(),
    function: z.string(),
    principal: z.string(),
    sourceArn: z.string().optional(),
    sourceAccount: z.string().optional(),
  }),
  autoName: { property: "statementId", maxLength: 100 },
  replaceOn: ["statementId", "action", "function", "principal", "sourceArn", "sourceAccount"],
  async create(inputs, aws) {
    await aws.call("lambda", "AddPermission", {
      FunctionName: inputs.function,
      StatementId: inputs.statementId,
      Action: inputs.action,
      Principal: inputs.principal,
      SourceArn: inputs.sourceArn,
      SourceAccount: inputs.sourceAccount,
    });
    return { id: inputs.statementId, outputs: {} };
  },
  async read(id, state, aws) {
    const found = await unlessGone(aws.call("lambda", "GetPolicy", { FunctionName: String(state.function) }), gone);
    return found?.Policy?.includes(`"${id}"`) ? {} : undefined;
  },
  async delete(id, state, aws) {
    const input = { FunctionName: String(state.function), StatementId: id };
    await unlessGone(aws.call("lambda", "RemovePermission", input), gone);
  },
});

const invokeConfig = z.strictObject({
  functionName: z.string(),
  maximumEventAgeInSeconds: z.number().int().min(60).max(21_600).optional(),
  maximumRetryAttempts: z.number().int().min(0).max(2).optional(),
  qualifier: z.string().optional(),
  destinationConfig: z
    .strictObject({
      onFailure: z.strictObject({ destination: z.string() }).optional(),
      onSuccess: z.strictObject({ destination: z.string() }).optional(),
    })
    .optional(),
});

export const functionEventInvokeConfig = resource({
  schema: invokeConfig,
  replaceOn: ["functionName", "qualifier"],
  async create(inputs, aws) {
    await put(inputs, aws);
    return { id: inputs.functionName, outputs: {} };
  },
  async read(id, _state, aws) {
    const found = await unlessGone(aws.call("lambda", "GetFunctionEventInvokeConfig", { FunctionName: id }), gone);
    return (
      found && {
        maximumRetryAttempts: found.MaximumRetryAttempts,
        maximumEventAgeInSeconds: found.MaximumEventAgeInSeconds,
      }
    );
  },
  async update(_id, inputs, _old, aws) {
    await put(inputs, aws);
    return {};
  },
  async delete(id, _state, aws) {
    await unlessGone(aws.call("lambda", "DeleteFunctionEventInvokeConfig", { FunctionName: id }), gone);
  },
});

async function put(inputs: z.output<typeof invokeConfig>, aws: Aws): Promise<void> {
  const { onFailure, onSuccess } = inputs.destinationConfig ?? {};
  await aws.call("lambda", "PutFunctionEventInvokeConfig", {
    FunctionName: inputs.functionName,
    Qualifier: inputs.qualifier,
    MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    DestinationConfig: inputs.destinationConfig && {
      OnFailure: onFailure && { Destination: onFailure.destination },
      OnSuccess: onSuccess && { Destination: onSuccess.destination },
    },
  });
}
