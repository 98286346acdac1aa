import type * as kinesis from "@pulumi/aws/kinesis";
import type * as pulumi from "@pulumi/pulumi";
import { type Environment as ItemsEnvironment, updateItemsFactory } from "../../functions/update-items";
import { type Environment as UpdateEnvironment, updateUsersFactory } from "../../functions/update-users";
import { functionParts, linesKey, prefixes, schemaKey } from "../../names/layout";
import type { VariableInputs } from "../lambda/lambda-function";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import type { PrivateBucket } from "../platform/private-bucket";
import { allow } from "../support/policy";
import type { DataStore } from "./data-store";
import { type ConsumerConfig, createStreamConsumer, type StreamConsumer } from "./stream-consumer";

export interface UpdaterArgs {
  foundation: Foundation;
  network?: Network | undefined;
  stream: kinesis.Stream;
  quarantine: PrivateBucket;
  data: DataStore;
  /** The dataset whose rows are updated. */
  datasetArn: pulumi.Input<string>;
  config: ConsumerConfig & { servingConcurrency: number | "none" };
}

/**
 * Requests a second of one execution environment. Personalize takes fewer than ten PutItems and as
 * many PutUsers requests a second for a dataset group, and the quotas cannot be raised (Personalize
 * guide, "Endpoints and quotas").
 */
const requestsPerSecond = 8;

/**
 * A stream on demand begins with four shards (Kinesis guide, "On-demand mode"), and a mapping
 * invokes once for each shard.
 */
const usualShards = 4;

/** Ten full requests. */
const batchSize = 100;

/**
 * Creates the consumer of item updates: a separate one, so that Personalize's pace for items never
 * delays visitor events.
 */
export function createItemUpdater(name: string, args: UpdaterArgs, parent: pulumi.Resource): StreamConsumer {
  const { data } = args;
  const present = [{ exists: true }];
  const { environment, permissions, ...updater } = describeUpdater(args, "items", "personalize:PutItems");
  return createStreamConsumer<ItemsEnvironment>(
    { function: `${name}-items`, mapping: `${name}-items-mapping` },
    {
      ...updater,
      part: functionParts.updateItems,
      description: "Sends updates of items to Personalize at the pace that it takes",
      factory: updateItemsFactory,
      environment: { ...environment, FALLBACK_KEY: data.fallbackKey },
      permissions: [...permissions, data.allowReadingFallback(), data.allowWritingFallback()],
      // An item is named in one of two ways.
      mapping: mapUpdates(
        [{ itemId: present }, { animalMetadata: { animal_species_id: present } }].map((itemUpdate) => ({ itemUpdate })),
      ),
    },
    parent,
  );
}

/** Creates the consumer of user updates, so that none of them delays an item that is gone. */
export function createUserUpdater(name: string, args: UpdaterArgs, parent: pulumi.Resource): StreamConsumer {
  return createStreamConsumer<UpdateEnvironment>(
    { function: `${name}-users`, mapping: `${name}-users-mapping` },
    {
      ...describeUpdater(args, "users", "personalize:PutUsers"),
      part: functionParts.updateUsers,
      description: "Sends updates of users to Personalize at the pace that it takes",
      factory: updateUsersFactory,
      mapping: mapUpdates([{ userUpdate: { userId: [{ exists: true }] } }]),
    },
    parent,
  );
}

function describeUpdater(args: UpdaterArgs, dataset: "items" | "users", action: string) {
  const { foundation, network, stream, quarantine, data, datasetArn, config } = args;
  // With one invocation at a time the pace is the stack's. Lambda repeats the throttled invocations
  // of other shards until the records expire, without counting them (Lambda guide, "Retain
  // discarded batch records for a Kinesis event source").
  const isReserved = config.servingConcurrency !== "none";
  const environment: VariableInputs<UpdateEnvironment> = {
    REQUESTS_PER_SECOND: String(isReserved ? requestsPerSecond : requestsPerSecond / usualShards),
    QUARANTINE_BUCKET: quarantine.name,
    DATASET_ARN: datasetArn,
    DATA_BUCKET: data.bucketName,
    IMPORTED_ROWS: linesKey(dataset),
    ROWS_SCHEMA: schemaKey(dataset),
    CHANGED_ROWS: prefixes[dataset],
    STACK: foundation.stack,
  };
  return {
    foundation,
    network,
    stream,
    quarantine,
    config,
    environment,
    permissions: [
      allow([action], datasetArn),
      ...data.allowChanging(dataset),
      foundation.key.allow(["kms:GenerateDataKey", "kms:Decrypt"], "s3"),
    ],
    // A batch in which Personalize refuses every update is halved down to each of them: some 200
    // requests.
    timeoutSeconds: 180,
    memoryMegabytes: 256,
    reservedConcurrentExecutions: isReserved ? 1 : undefined,
  };
}

/**
 * Maps the records that have one of these forms, alone or as `Data` together with their partition
 * key. `exists` is for leaves only (Lambda guide, "Filter rule syntax").
 */
function mapUpdates(forms: readonly object[]) {
  const data = forms.flatMap((form) => [form, { Data: form }]);
  const filters = data.map((each) => ({ pattern: JSON.stringify({ data: each }) }));
  return { batchSize, parallelizationFactor: 1, filterCriteria: { filters } };
}
