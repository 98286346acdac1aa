import type { Tag } from "@aws-sdk/client-cloudwatch";
import { isHere, parseArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Alarm, Alarms } from "../alarms/alarm";

/** Tags of alarms. */
export function tagHandlers(store: Alarms) {
  const alarmOf = (call: Call, arn: string | undefined) =>
    [...store.of(call).values()].find((candidate) => candidate.arn === arn);
  const findTagged = (call: Call, arn: string | undefined): Alarm => {
    const alarm = alarmOf(call, arn);
    if (alarm) return alarm;
    throw new Fault("ResourceNotFoundException", `${arn} does not exist.`);
  };

  return {
    TagResource(input, call) {
      putTags(findTagged(call, input.ResourceARN).tags, input.Tags);
      return {};
    },
    UntagResource(input, call) {
      removeTags(findTagged(call, input.ResourceARN).tags, input.TagKeys);
      return {};
    },
    ListTagsForResource(input, call) {
      const arn = parseArn(input.ResourceARN ?? "");
      // A deleted alarm has no tags (recorded: localstack's snapshot test_tagging_metric_alarm).
      const isAlarm = arn && isHere(arn, "cloudwatch", call) && arn.resource.startsWith("alarm:");
      if (isAlarm && !alarmOf(call, input.ResourceARN)) return { Tags: [] };
      return { Tags: listTags(findTagged(call, input.ResourceARN).tags) };
    },
  } satisfies Handlers<Clients["cloudwatch"]>;
}

/** Adds tags to those of an alarm. Throws InvalidParameterValueException. */
export function putTags(tags: Map<string, string>, added: readonly Tag[] | undefined): void {
  addTags(
    tags,
    readTagList(added),
    (limit) =>
      new Fault("InvalidParameterValueException", `The parameter Tags must not give an alarm more than ${limit} tags.`),
  );
}
