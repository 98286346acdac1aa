import { describe, expect, test } from "vitest";
import { account } from "../support/record.ts";
import { recordUsual } from "./recorded-stacks.mts";

const { config, stack } = await recordUsual();

const count = () => {
  const kinds: Record<string, number> = {};
  for (const { type } of stack.resources) {
    const kind = type.split(":").pop() ?? type;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
};

test("the whole system is exactly these resources", () => {
  expect(count()).toEqual({
    Key: 1,
    Alias: 1,
    Bucket: 3,
    BucketServerSideEncryptionConfiguration: 3,
    BucketVersioning: 3,
    BucketPublicAccessBlock: 3,
    BucketOwnershipControls: 3,
    BucketLifecycleConfiguration: 3,
    BucketPolicy: 3,
    BucketObjectv2: 6,
    Stream: 1,
    FirehoseDeliveryStream: 1,
    EventSourceMapping: 2,
    Function: 8,
    Role: 14,
    RolePolicy: 14,
    Policy: 3,
    LogGroup: 10,
    LogStream: 1,
    DatasetGroup: 1,
    Schema: 2,
    Dataset: 2,
    DatasetImportJob: 2,
    Solution: 2,
    SolutionVersion: 2,
    Campaign: 2,
    EventTracker: 1,
    Filter: 1,
    StateMachine: 1,
    Schedule: 2,
    ScheduleGroup: 1,
    Topic: 1,
    TopicPolicy: 1,
    TopicSubscription: 2,
    EventRule: 1,
    EventTarget: 1,
    Dashboard: 1,
    MetricAlarm: 25,
    Parameter: 19,
  });
});

describe("the retraining", () => {
  const machine = () => stack.one("aws:sfn/stateMachine:StateMachine", "recommender-retraining-state-machine").inputs;
  test("logs everything, and runs on the schedule of the configuration", () => {
    expect(machine()).toMatchObject({
      type: "STANDARD",
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        logDestination: expect.stringMatching(/\/aws\/vendedlogs\/states\/recommender-dev-retraining:\*$/),
      },
    });
    const schedule = stack.one("aws:scheduler/schedule:Schedule", "recommender-retraining-schedule").inputs;
    expect(schedule).toMatchObject({
      scheduleExpression: config.retrainingSchedule,
      scheduleExpressionTimezone: config.retrainingTimeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: `arn:aws:sfn:eu-west-1:${account}:recommender-dev-retraining`,
        input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      },
    });
  });
});
