// The places of records and of visitors' data in the buckets, besides the prefixes of contract/layout.ts.

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/…` (Lambda guide, "Retain discarded batch records for a Kinesis event source"). */
export const failedPrefix = "aws/lambda/";

/** The prefix of objects whose records were sent again, followed by their earlier keys. They expire like the others. */
export const replayedPrefix = "replayed/";

/** The prefix of records that Firehose gave up (components/ingestion/event-ingestion.ts). */
export const errorsPrefix = "errors/";

/** The key of the interactions that the program uploads for the first import (components/ingestion/data-store.ts). */
export const seedKey = "seed/interactions/interactions.csv";

/** The prefix of prepared files and their counts. */
export const preparedPrefix = "rebuild/";
