import { z } from "zod";
import { ignoreNotFound, retryOn, waitUntilDeleted } from "./aws";
import { resource } from "./resource";
import { sameJson, tagMap } from "./values";

const schema = z.strictObject({
  name: z.string().max(80),
  definition: z.string(),
  roleArn: z.string(),
  type: z.literal("STANDARD").default("STANDARD"),
  loggingConfiguration: z
    .strictObject({
      level: z.enum(["ALL", "ERROR", "FATAL", "OFF"]).default("OFF"),
      includeExecutionData: z.boolean().default(false),
      logDestination: z.string().optional(),
    })
    .optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

function loggingOf(logging: z.output<typeof schema>["loggingConfiguration"]) {
  if (!logging) return undefined;
  return {
    level: logging.level,
    includeExecutionData: logging.includeExecutionData,
    destinations: logging.logDestination
      ? [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination } }]
      : undefined,
  };
}

const notFound = "StateMachineDoesNotExist";
const stateTags = (tags: Record<string, string> | undefined) =>
  Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));

export const stateMachine = resource({
  schema,
  autoName: { property: "name", maxLength: 80 },
  replaceOn: ["name"],
  computed: ["loggingConfiguration"],
  same: { definition: sameJson },
  async create(inputs, aws) {
    // A new role, or its new permission to write logs, may take effect only after some seconds.
    const create = () =>
      aws.call("sfn", "CreateStateMachine", {
        name: inputs.name,
        definition: inputs.definition,
        roleArn: inputs.roleArn,
        type: inputs.type,
        loggingConfiguration: loggingOf(inputs.loggingConfiguration),
        tags: stateTags(inputs.tags),
      });
    const { stateMachineArn = "" } = await retryOn(create, "AccessDeniedException");
    return stateMachineArn;
  },
  // The real provider does this since version 5.67 (hashicorp/terraform-provider-aws#39229), only
  // for a changed definition (#39472).
  plan: {
    on: "definition",
    async check({ definition, type }, aws) {
      const input = { definition, type };
      const { result, diagnostics = [] } = await aws.call("sfn", "ValidateStateMachineDefinition", input);
      if (result === "OK") return [];
      const errors = diagnostics.filter(({ severity }) => severity === "ERROR");
      return errors.map(({ code, message, location }) => ({
        property: "definition",
        reason: `${code}: ${message} at ${location}`,
      }));
    },
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("sfn", "DescribeStateMachine", { stateMachineArn: id }), notFound);
    if (!found || found.status === "DELETING") return undefined;
    const [{ tags = [] }] = await Promise.all([
      aws.call("sfn", "ListTagsForResource", { resourceArn: id }),
      aws.call("sfn", "ListStateMachineVersions", { stateMachineArn: id }),
    ]);
    return {
      arn: id,
      status: found.status,
      name: found.name,
      type: found.type,
      roleArn: found.roleArn,
      definition: found.definition,
      loggingConfiguration: found.loggingConfiguration && {
        level: found.loggingConfiguration.level,
        includeExecutionData: found.loggingConfiguration.includeExecutionData,
        logDestination: found.loggingConfiguration.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn,
      },
      tags: tagMap(tags.map(({ key, value }) => ({ Key: key, Value: value }))),
    };
  },
  async update(id, inputs, _change, aws) {
    await aws.call("sfn", "UpdateStateMachine", {
      stateMachineArn: id,
      definition: inputs.definition,
      roleArn: inputs.roleArn,
      loggingConfiguration: loggingOf(inputs.loggingConfiguration),
    });
  },
  tagging: {
    set: ({ arn }, tags, aws) => aws.call("sfn", "TagResource", { resourceArn: String(arn), tags: stateTags(tags) }),
    unset: ({ arn }, tagKeys, aws) => aws.call("sfn", "UntagResource", { resourceArn: String(arn), tagKeys }),
  },
  /**
   * The machine is DELETING until its executions have ended, each at its next transition. The
   * engine does not tell a plugin of `customTimeouts`, so this waits as long as the program's state
   * machine may take.
   */
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("sfn", "DeleteStateMachine", { stateMachineArn: id }), notFound);
    const look = () => aws.call("sfn", "DescribeStateMachine", { stateMachineArn: id });
    await waitUntilDeleted(`the state machine ${id}`, look, notFound, 30);
  },
});
