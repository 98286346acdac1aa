// The places of records and of visitors' data in the buckets, besides the prefixes of contract/layout.ts.

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/…` (Lambda guide, "Retain discarded batch records for a Kinesis event source"). */
export const failedPrefix = "aws/lambda/";

/** The prefix of objects whose records were sent again, followed by their earlier keys. They expire like the others. */
export const replayedPrefix = "replayed/";
