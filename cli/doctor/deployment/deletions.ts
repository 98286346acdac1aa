// Commands that delete what an interrupted `up` has left: docs/deploy.md, "Environments".
import { quoteForShell } from "../../../names/shell";
import type { Interrupted } from "../../pulumi/interrupted";
import { type Place, toArn } from "./resource-arns";

type Write = (input: (key: string) => string, place: Place) => string;

/**
 * By type, those of which a second one cannot be created, and a role's own policy, which stops a
 * `destroy` (IAM API reference, DeleteRole: DeleteConflict). The shell fills in what has no name.
 */
export const deletions: ReadonlyMap<string, Write> = new Map<string, Write>([
  ["aws:iam/role:Role", (input) => `aws iam delete-role --role-name ${input("name")}`],
  [
    "aws:iam/rolePolicy:RolePolicy",
    (input) => `aws iam delete-role-policy --role-name ${input("role")} --policy-name ${input("name")}`,
  ],
  [
    "aws:iam/policy:Policy",
    (input, { account }) => `aws iam delete-policy --policy-arn arn:aws:iam::${account}:policy/${input("name")}`,
  ],
  ["aws:lambda/function:Function", (input) => `aws lambda delete-function --function-name ${input("name")}`],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    (input, { region }) =>
      `aws lambda delete-event-source-mapping --uuid "$(aws lambda list-event-source-mappings --function-name ${input("functionName")} --query 'EventSourceMappings[0].UUID' --output text --region ${region})"`,
  ],
  ["aws:cloudwatch/logGroup:LogGroup", (input) => `aws logs delete-log-group --log-group-name ${input("name")}`],
  [
    "aws:cloudwatch/logStream:LogStream",
    (input) =>
      `aws logs delete-log-stream --log-group-name ${input("logGroupName")} --log-stream-name ${input("name")}`,
  ],
  ["aws:kinesis/stream:Stream", (input) => `aws kinesis delete-stream --stream-name ${input("name")}`],
  [
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    (input) => `aws firehose delete-delivery-stream --delivery-stream-name ${input("name")}`,
  ],
  ["aws:s3/bucket:Bucket", (input) => `aws s3 rb s3://${input("bucket")}`],
  ["aws:sns/topic:Topic", (input, place) => `aws sns delete-topic --topic-arn ${toArn(place, "sns", input("name"))}`],
  [
    "aws:scheduler/schedule:Schedule",
    (input) => `aws scheduler delete-schedule --group-name ${input("groupName")} --name ${input("name")}`,
  ],
  [
    "aws:scheduler/scheduleGroup:ScheduleGroup",
    (input) => `aws scheduler delete-schedule-group --name ${input("name")}`,
  ],
  ["aws:kms/alias:Alias", (input) => `aws kms delete-alias --alias-name ${input("name")}`],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    (input, { region }) =>
      `aws ec2 delete-security-group --group-id "$(aws ec2 describe-security-groups --filters Name=vpc-id,Values=${input("vpcId")} Name=group-name,Values=${input("name")} --query 'SecurityGroups[0].GroupId' --output text --region ${region})"`,
  ],
]);

/** What can exist twice, as its name is made by AWS: nothing but its tags says whose it is. */
const unnamed = /^aws:(kms\/key:|ec2\/)/;

/** The commands for what was interrupted, and the names of what no command finds. */
export interface Deletions {
  readonly commands: readonly string[];
  /** Found by the stack's tags only. */
  readonly unnamed: readonly string[];
}

/**
 * The services whose names are the same in all Regions; elsewhere a stack of the same name may
 * live.
 */
const global = /^aws (iam|s3) /;

/** Everything else is created once: its creation finds what is there, or writes over it. */
export function listDeletions(interrupted: readonly Interrupted[], place: Place): Deletions {
  const commands: string[] = [];
  const others: string[] = [];
  for (const { type, name, inputs } of interrupted) {
    const write = deletions.get(type);
    if (write) {
      const command = write((key) => quoteForShell(String(inputs[key] ?? key.toUpperCase())), place);
      commands.push(global.test(command) ? command : `${command} --region ${place.region}`);
    }
    if (!write && unnamed.test(type)) others.push(`${type.split(":").at(-1)} ${name}`);
  }
  return { commands, unnamed: others };
}
