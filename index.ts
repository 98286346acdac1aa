import "./stacks/node-version";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./stacks/config";
import { costLine } from "./stacks/costs";
import { Recommender } from "./stacks/recommender";
import { stackSettings } from "./stacks/settings";

const config = parseConfig(stackSettings(), pulumi.getStack());
const costs = costLine(config);
if (costs) pulumi.log.info(costs);
const { outputs } = new Recommender("recommender", config);

export const {
  recommendFunctionName,
  recommendFunctionArn,
  rerankFunctionName,
  rerankFunctionArn,
  eventStreamName,
  eventStreamArn,
  archiveBucketName,
  quarantineBucketName,
  dataBucketName,
  datasetGroupArn,
  campaignArns,
  eventTrackerArn,
  retrainingStateMachineArn,
  notificationTopicArn,
  dashboardName,
  parameterPrefix,
  invokePolicyArn,
  producerPolicyArn,
} = outputs;
