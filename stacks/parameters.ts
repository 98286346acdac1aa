/** The SSM parameters of a stack. The leaves are those of the system that this one replaces. */
export function stackParameters(stack: string) {
  const prefix = `/animal-recommender/${stack}`;
  return {
    prefix,
    streamName: `${prefix}/kinesis-stream/name`,
    archiveBucketName: `${prefix}/s3/name`,
    seedBucketName: `${prefix}/s3-seed-bucket/name`,
    eventTrackerId: `${prefix}/personalize/event-tracker/id`,
    recommendationSolution: `${prefix}/solution/arn`,
    /** Holds the campaign's ARN, in spite of its name. */
    campaign: (model: string) => `${prefix}/personalize/${model}/campaign/id`,
    functionName: (model: string) => `${prefix}/personalize/${model}/function-name`,
    /** The version that is served; rewritten at each promotion. */
    solutionVersion: (model: string) => `${prefix}/personalize/${model}/solution/version/arn`,
  };
}

export type StackParameters = ReturnType<typeof stackParameters>;
