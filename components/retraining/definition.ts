import type { Gate } from "../../functions/retraining/promotion-gate";

/**
 * A state of Amazon States Language; asl-validator and the service check what TypeScript does not.
 */
export type State = Record<string, unknown> & { Type: string };

export interface RetrainedModel {
  name: string;
  solutionArn: string;
  campaignArn: string;
  /** SSM parameter with the ARN of the serving version. */
  versionParameter: string;
  gate: Gate;
  /** The gate compares it with the popularity baseline. */
  mustBeatPopularity: boolean;
  /** Trained only when an execution's input names it. */
  onlyOnRequest: boolean;
  /** A promotion of this model refreshes the fallback list. */
  refreshesFallback: boolean;
}

export interface RetrainingArgs {
  stack: string;
  models: readonly RetrainedModel[];
  /** Solution of the popularity baseline, if the stack keeps one. */
  baselineSolutionArn?: string | undefined;
  checkTrainingDataArn: string;
  evaluateModelArn: string;
  refreshPopularItemsArn: string;
  topicArn: string;
  /** Bucket of the decisions, and the prefix of their keys. */
  bucket: string;
  decisionsPrefix: string;
  trainingTimeoutHours: number;
  /** Sends a message to the topic also when a run had nothing to do. */
  notifySkips: boolean;
  /** Skips every run: there are no campaigns. */
  asleep: boolean;
}
