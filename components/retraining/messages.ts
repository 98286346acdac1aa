// What a retraining tells on the stack's topic.
import { callRetries } from "./calls";
import type { RetrainingArgs, State } from "./definition";
import { jsonata, piece } from "./jsonata";

type Topic = Pick<RetrainingArgs, "stack" | "topicArn">;

export const tellSkip = (topic: Topic): State =>
  publish(topic, "'retraining skipped'", "'Nothing was trained: ' & $skipReason");

export const tellTraining = (topic: Topic): State =>
  publish(topic, "'training started'", "'Training started: ' & $join($train, ', ') & '. ' & $skipReason");

export const tellDecision = (topic: Topic): State =>
  publish(
    topic,
    piece`$model.name & ' ' & $outcome`,
    piece`
      'Model ' & $model.name & ': ' & $outcome & ': ' & $reason & '.' & $note
      & ($candidate = null ? '' : ' Version: ' & $candidate)`,
  );

/**
 * `subject` and `message` are JSONata; the subject is cut to the length that e-mail allows.
 */
function publish({ stack, topicArn }: Topic, subject: string, message: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sns:publish",
    Arguments: {
      TopicArn: topicArn,
      Subject: jsonata`$substring('${stack}: ' & ${subject}, 0, 100)`,
      Message: jsonata`${message}`,
    },
    Retry: callRetries,
  };
}
