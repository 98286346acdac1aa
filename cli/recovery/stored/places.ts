// Where records and visitors' data are in the buckets, besides the prefixes of contract/layout.ts.

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/…` (Lambda guide, "Retain discarded batch records for a Kinesis event source"). */
export const failedPrefix = "aws/lambda/";

/** Where the objects of records are that were sent again, by their earlier keys. They expire like the others. */
export const replayedPrefix = "replayed/";

/** Where Firehose writes records that it gave up (components/ingestion/event-ingestion.ts). */
export const errorsPrefix = "errors/";

/** Where the program uploads the interactions of the first import (components/ingestion/data-store.ts). */
export const seedKey = "seed/interactions/interactions.csv";

/** Where prepared files and their counts are. */
export const preparedPrefix = "rebuild/";

/** Where the program writes lists for every visitor (components/ingestion/data-store.ts). */
export const listsPrefix = "batch/";
