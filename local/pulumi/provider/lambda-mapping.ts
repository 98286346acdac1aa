import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import { z } from "zod";
import { type Aws, ignoreNotFound, retryOn, waitUntil, waitUntilDeleted } from "./aws";
import { resource } from "./resource";

const notFound = "ResourceNotFoundException";

/** A function may be given by its name or its ARN. */
function sameFunction(before: unknown, after: unknown): boolean {
  const nameIn = (text: unknown) => String(text).split(":function:").at(-1);
  return nameIn(before) === nameIn(after);
}

const mapping = z.strictObject({
  functionName: z.string(),
  eventSourceArn: z.string(),
  startingPosition: z.enum(["LATEST", "TRIM_HORIZON"]).optional(),
  batchSize: z.number().int().min(1).max(10_000).default(100),
  maximumBatchingWindowInSeconds: z.number().int().min(0).max(300).default(0),
  bisectBatchOnFunctionError: z.boolean().default(false),
  maximumRecordAgeInSeconds: z.number().int().optional(),
  maximumRetryAttempts: z.number().int().optional(),
  parallelizationFactor: z.number().int().min(1).max(10).optional(),
  functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).optional(),
  destinationConfig: z
    .strictObject({ onFailure: z.strictObject({ destinationArn: z.string() }).optional() })
    .optional(),
  filterCriteria: z
    .strictObject({ filters: z.array(z.strictObject({ pattern: z.string().optional() })).optional() })
    .optional(),
  metricsConfig: z.strictObject({ metrics: z.array(z.literal("EventCount")) }).optional(),
  enabled: z.boolean().default(true),
  tags: z.record(z.string(), z.string()).optional(),
});

export const eventSourceMapping = resource({
  schema: mapping,
  replaceOn: ["eventSourceArn", "startingPosition"],
  same: { functionName: sameFunction },
  follows: { functionArn: ["functionName"] },
  computed: ["maximumRecordAgeInSeconds", "maximumRetryAttempts", "parallelizationFactor"],
  async create(inputs, aws) {
    // As with the function, the permissions of a new role may take effect only after some seconds.
    const created = await retryOn(
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
    await waitUntilSettled(id, aws);
    return id;
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("lambda", "GetEventSourceMapping", { UUID: id }), notFound);
    if (!found) return undefined;
    const { Tags } = await aws.call("lambda", "ListTags", { Resource: found.EventSourceMappingArn });
    return {
      ...mappingOf(found),
      uuid: id,
      arn: found.EventSourceMappingArn,
      functionArn: found.FunctionArn,
      tags: Tags,
    };
  },
  async update(id, inputs, _change, aws) {
    await aws.call("lambda", "UpdateEventSourceMapping", { ...settingsOf(inputs), UUID: id });
    await waitUntilSettled(id, aws);
  },
  tagging: {
    set: ({ arn }, Tags, aws) => aws.call("lambda", "TagResource", { Resource: String(arn), Tags }),
    unset: ({ arn }, TagKeys, aws) => aws.call("lambda", "UntagResource", { Resource: String(arn), TagKeys }),
  },
  async delete(id, _state, aws) {
    await retryOn(
      () => ignoreNotFound(aws.call("lambda", "DeleteEventSourceMapping", { UUID: id }), notFound),
      "ResourceInUseException",
    );
    const look = () => aws.call("lambda", "GetEventSourceMapping", { UUID: id });
    await waitUntilDeleted(`the event source mapping ${id}`, look, notFound);
  },
});

function mappingOf(found: EventSourceMappingConfiguration) {
  const failureTarget = found.DestinationConfig?.OnFailure?.Destination;
  return {
    functionName: found.FunctionArn,
    eventSourceArn: found.EventSourceArn,
    startingPosition: found.StartingPosition,
    batchSize: found.BatchSize,
    maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
    bisectBatchOnFunctionError: found.BisectBatchOnFunctionError,
    maximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds,
    maximumRetryAttempts: found.MaximumRetryAttempts,
    parallelizationFactor: found.ParallelizationFactor,
    functionResponseTypes: found.FunctionResponseTypes,
    destinationConfig: failureTarget === undefined ? undefined : { onFailure: { destinationArn: failureTarget } },
    filterCriteria: found.FilterCriteria && {
      filters: (found.FilterCriteria.Filters ?? []).map(({ Pattern }) => ({ pattern: Pattern })),
    },
    metricsConfig: found.MetricsConfig && { metrics: found.MetricsConfig.Metrics },
    enabled: found.State !== "Disabled" && found.State !== "Disabling",
  };
}

const waitUntilSettled = (UUID: string, aws: Aws) =>
  waitUntil(`the event source mapping ${UUID} is Enabled or Disabled`, async () => {
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
    // As with the real provider, a destination that the program no longer has stays.
    DestinationConfig: destination === undefined ? undefined : { OnFailure: { Destination: destination } },
    // Absent members of an update keep their value, so that these are removed by an empty list.
    FunctionResponseTypes: inputs.functionResponseTypes ?? [],
    FilterCriteria: { Filters: (inputs.filterCriteria?.filters ?? []).map(({ pattern }) => ({ Pattern: pattern })) },
    MetricsConfig: { Metrics: inputs.metricsConfig?.metrics ?? [] },
  };
}
