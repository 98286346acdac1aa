import type * as kinesis from "@pulumi/aws/kinesis";
import type * as pulumi from "@pulumi/pulumi";
import { type Environment, updateItemsFactory } from "../../functions/update-items";
import { functionParts } from "../../names/layout";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import type { PrivateBucket } from "../platform/private-bucket";
import { allow } from "../support/policy";
import type { DataStore } from "./data-store";
import { type ConsumerConfig, createStreamConsumer, type StreamConsumer } from "./stream-consumer";

export interface ItemUpdaterArgs {
  foundation: Foundation;
  network?: Network | undefined;
  stream: kinesis.Stream;
  quarantine: PrivateBucket;
  data: DataStore;
  itemsDatasetArn: pulumi.Input<string>;
  config: ConsumerConfig & { servingConcurrency: number | "none" };
}

/**
 * Requests a second of one execution environment. Personalize takes fewer than ten PutItems
 * requests a second for a dataset group, and the quota cannot be raised (Personalize guide,
 * "Endpoints and quotas").
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
export function createItemUpdater(
  name: string,
  { itemsDatasetArn, data, ...args }: ItemUpdaterArgs,
  parent: pulumi.Resource,
): StreamConsumer {
  const { foundation, quarantine, config } = args;
  // With one invocation at a time the pace is the stack's. Lambda repeats the throttled invocations
  // of other shards until the records expire, without counting them (Lambda guide, "Retain
  // discarded batch records for a Kinesis event source").
  const reserved = config.servingConcurrency !== "none";
  return createStreamConsumer<Environment>(
    { function: `${name}-items`, mapping: `${name}-items-mapping` },
    {
      ...args,
      part: functionParts.updateItems,
      description: "Sends updates of items to Personalize at the pace that it takes",
      factory: updateItemsFactory,
      environment: {
        REQUESTS_PER_SECOND: String(reserved ? requestsPerSecond : requestsPerSecond / usualShards),
        QUARANTINE_BUCKET: quarantine.name,
        ITEMS_DATASET_ARN: itemsDatasetArn,
        DATA_BUCKET: data.bucketName,
        CATALOGUE: data.catalogueKey,
        ITEMS_SCHEMA: data.itemsSchemaKey,
        CHANGED_ITEMS: data.changedItemsPrefix,
        FALLBACK_KEY: data.fallbackKey,
        STACK: foundation.stack,
      },
      permissions: [
        allow(["personalize:PutItems"], itemsDatasetArn),
        ...data.allowChangingItems(),
        foundation.allowKey(["kms:GenerateDataKey", "kms:Decrypt"], "s3"),
      ],
      // A batch in which Personalize refuses every update is halved down to each of them: some 200
      // requests.
      timeoutSeconds: 180,
      memoryMegabytes: 256,
      reservedConcurrentExecutions: reserved ? 1 : undefined,
      mapping: { batchSize, parallelizationFactor: 1, filterCriteria: { filters: listUpdatePatterns() } },
    },
    parent,
  );
}

/**
 * Lists the patterns of an update: it names its item in one of two ways, and comes alone or as
 * `Data` together with its partition key. `exists` is for leaves only (Lambda guide, "Filter rule
 * syntax").
 */
function listUpdatePatterns(): { pattern: string }[] {
  const present = [{ exists: true }];
  const items = [{ itemId: present }, { animalMetadata: { animal_species_id: present } }];
  return items.flatMap((itemUpdate) =>
    [{ itemUpdate }, { Data: { itemUpdate } }].map((data) => ({ pattern: JSON.stringify({ data }) })),
  );
}
