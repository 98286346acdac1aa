/** Lists the SSM parameters of a stack (docs/contract.md). */
export function listParameters(stack: string) {
  const prefix = `/animal-recommender/${stack}`;
  return {
    prefix,
    streamName: `${prefix}/kinesis-stream/name`,
    /** A JSON list. */
    eventTypes: `${prefix}/kinesis-stream/event-types`,
    archiveBucketName: `${prefix}/s3/name`,
    seedBucketName: `${prefix}/s3-seed-bucket/name`,
    quarantineBucketName: `${prefix}/s3-quarantine/name`,
    retrainingStateMachine: `${prefix}/retraining/state-machine/arn`,
    notificationTopic: `${prefix}/notifications/topic/arn`,
    datasetGroup: `${prefix}/personalize/dataset-group/arn`,
    importRole: `${prefix}/personalize/import-role/arn`,
    eventTrackerId: `${prefix}/personalize/event-tracker/id`,
    recommendationSolution: `${prefix}/solution/arn`,
    /** Contains the campaign's ARN, although the name says id. */
    campaign: (model: string) => `${prefix}/personalize/${model}/campaign/id`,
    functionName: (model: string) => `${prefix}/personalize/${model}/function-name`,
    /** The serving version; the retraining rewrites it at each promotion. */
    solutionVersion: (model: string) => `${prefix}/personalize/${model}/solution/version/arn`,
  };
}

export type StackParameters = ReturnType<typeof listParameters>;
