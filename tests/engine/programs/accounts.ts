// One resource of each provider: both must be in the same account, however the stack's
// configuration names it.
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { DatasetGroup } from "../../../dynamic-providers/dataset-group";

const topic = new sns.Topic("topic");
const group = new DatasetGroup("group", { name: `accounts-${pulumi.getStack()}` });

export const topicArn = topic.arn;
export const groupArn = group.arn;
