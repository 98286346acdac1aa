import type {
  CreateStateMachineCommandInput,
  LoggingConfiguration,
  UpdateStateMachineCommandInput,
} from "@aws-sdk/client-sfn";
import { arnIn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Session } from "../../../host/principal";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import { createUuid } from "../../../host/uuid";
import type { Clients } from "../../../model/clients";
import { checkDefinition, readDefinition } from "../definition/definition-check";
import { checkLogging } from "../executions/log-delivery";
import { checkName, dropIfDeleted, findMachine, type Machines, type Revision, type StateMachine } from "../state";
import { putTags } from "./tags";

const noLogging: LoggingConfiguration = { level: "OFF", includeExecutionData: false };

/** Creates, updates, describes, lists, validates and deletes state machines. */
export function stateMachineHandlers(host: Host, machines: Store<Machines>) {
  return {
    CreateStateMachine: (input, call) => createStateMachine(host, machines.of(call), input, call),
    UpdateStateMachine: (input, call) => updateStateMachine(host, machines.of(call), input, call),

    DescribeStateMachine({ stateMachineArn = "", includedData }, call) {
      if (includedData === "METADATA_ONLY") throw notImplemented("states:DescribeStateMachine with METADATA_ONLY");
      const { arn, name, status, creationDate, revision } = findMachine(machines.of(call), stateMachineArn);
      const { definitionText, roleArn, logging, revisionId } = revision;
      return {
        stateMachineArn: arn,
        name,
        status,
        definition: definitionText,
        roleArn,
        type: "STANDARD",
        creationDate,
        loggingConfiguration: logging,
        tracingConfiguration: { enabled: false },
        encryptionConfiguration: { type: "AWS_OWNED_KEY" },
        ...(revisionId !== undefined && { revisionId }),
      };
    },

    DeleteStateMachine({ stateMachineArn = "" }, call) {
      const state = machines.of(call);
      const machine = state.byArn.get(stateMachineArn);
      // Deleting a machine that does not exist succeeds, as in AWS.
      if (!machine) return {};
      machine.status = "DELETING";
      dropIfDeleted(state, machine);
      return {};
    },

    ListStateMachines({ maxResults, nextToken }, call) {
      const request = { token: nextToken, limit: maxResults || 100 };
      const { items, next } = page(machines.of(call).byArn.values(), ({ name }) => name, request);
      return {
        stateMachines: items.map(({ arn, name, creationDate }) => ({
          stateMachineArn: arn,
          name,
          type: "STANDARD",
          creationDate,
        })),
        nextToken: next,
      };
    },

    ListStateMachineVersions({ stateMachineArn = "", nextToken, maxResults = 100 }, call) {
      findMachine(machines.of(call), stateMachineArn);
      // Publishing returns 501, so no machine has a version.
      const { items } = page([], String, { token: nextToken, limit: maxResults });
      return { stateMachineVersions: items };
    },

    // Every fault that is found here is an error; none is a warning, whatever `severity` is asked
    // for.
    async ValidateStateMachineDefinition({ definition = "", type = "STANDARD", maxResults = 0 }) {
      if (type !== "STANDARD") throw notImplemented("states: a state machine of type EXPRESS");
      const found = await checkDefinition(definition);
      // 0 is 100 (API reference, ValidateStateMachineDefinition, maxResults).
      const most = maxResults || 100;
      return {
        result: found.length === 0 ? "OK" : "FAIL",
        diagnostics: found.slice(0, most).map((diagnostic) => ({ severity: "ERROR", ...diagnostic })),
        truncated: found.length > most,
      };
    },
  } satisfies Handlers<Clients["sfn"]>;
}

async function createStateMachine(host: Host, state: Machines, input: CreateStateMachineCommandInput, call: Caller) {
  refuseUnimplemented(input);
  const { name = "", definition = "", roleArn = "", loggingConfiguration = noLogging, tags = [] } = input;
  checkName(name);
  const arn = arnIn(call, "states", `stateMachine:${name}`);
  const revision = await checkRevision(host, call, arn, {
    definitionText: definition,
    roleArn,
    loggingConfiguration,
  });
  const existing = state.byArn.get(arn);
  if (existing) return { stateMachineArn: arn, creationDate: sameMachine(existing, revision).creationDate };
  const creationDate = new Date(host.clock.now());
  const kept = new Map<string, string>();
  putTags(kept, arn, tags);
  state.byArn.set(arn, { arn, name, creationDate, tags: kept, revision, status: "ACTIVE", executions: [] });
  return { stateMachineArn: arn, creationDate };
}

async function updateStateMachine(host: Host, state: Machines, input: UpdateStateMachineCommandInput, call: Caller) {
  refuseUnimplemented(input);
  const { stateMachineArn = "", definition, roleArn, loggingConfiguration } = input;
  const machine = findMachine(state, stateMachineArn);
  if (machine.status === "DELETING") throw deletingFault(machine);
  if (definition === undefined && roleArn === undefined && loggingConfiguration === undefined) {
    // Recorded on AWS: localstack's snapshot test_create_update_state_machine_base_update_none.
    const needed = "definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration";
    throw new Fault("MissingRequiredParameter", `Either the ${needed} must be specified`);
  }
  const { revision } = machine;
  const next = await checkRevision(host, call, stateMachineArn, {
    definitionText: definition ?? revision.definitionText,
    roleArn: roleArn ?? revision.roleArn,
    loggingConfiguration: loggingConfiguration ?? revision.logging,
  });
  // Recorded on AWS (localstack's snapshot test_create_update_state_machine_same_parameters): an
  // update that changes nothing creates no revision.
  const revisionId = isSameRevision(revision, next) ? revision.revisionId : createUuid(host);
  machine.revision = { ...next, ...(revisionId !== undefined && { revisionId }) };
  return { updateDate: next.updateDate, ...(revisionId !== undefined && { revisionId }) };
}

/** Members that AWS accepts and this account does not support. */
function refuseUnimplemented(input: {
  type?: string;
  publish?: boolean;
  versionDescription?: string;
  tracingConfiguration?: { enabled?: boolean };
  encryptionConfiguration?: { type?: string | undefined };
}): void {
  if (input.type === "EXPRESS") throw notImplemented("states: a state machine of type EXPRESS");
  if (input.publish || input.versionDescription !== undefined) {
    throw notImplemented("states: a version of a state machine");
  }
  if (input.tracingConfiguration?.enabled) throw notImplemented("states: tracing of a state machine");
  const { type = "AWS_OWNED_KEY" } = input.encryptionConfiguration ?? {};
  if (type !== "AWS_OWNED_KEY") throw notImplemented(`states: a state machine with encryption ${type}`);
}

/**
 * Checks all of a revision: the definition, the role's trust in Step Functions, and the role's
 * right to log.
 */
async function checkRevision(
  host: Host,
  caller: Caller,
  machineArn: string,
  {
    definitionText,
    roleArn,
    loggingConfiguration,
  }: {
    definitionText: string;
    roleArn: string;
    loggingConfiguration: LoggingConfiguration;
  },
): Promise<Revision> {
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(roleArn)) throw new Fault("InvalidArn", `Invalid Role Arn: '${roleArn}'`);
  const definition = await readDefinition(definitionText);
  const session = assume(host, caller, roleArn, machineArn);
  const logging = { ...noLogging, ...loggingConfiguration };
  await checkLogging(host, { account: caller.account, region: caller.region }, logging, session);
  return { definitionText, definition, roleArn, logging, updateDate: new Date(host.clock.now()) };
}

function assume(host: Host, { region }: Caller, roleArn: string, sourceArn: string): Session {
  try {
    return host.assumeRole("states.amazonaws.com", roleArn, { sessionName: "create", region, sourceArn });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      "AccessDeniedException",
      "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
    );
  }
}

function isSameRevision(one: Revision, other: Revision): boolean {
  const { definitionText, roleArn } = one;
  const sameLogging = JSON.stringify(one.logging) === JSON.stringify(other.logging);
  return definitionText === other.definitionText && roleArn === other.roleArn && sameLogging;
}

/** CreateStateMachine is idempotent: the role and the tags may differ, the rest may not. */
function sameMachine(existing: StateMachine, asked: Revision): StateMachine {
  if (existing.status === "DELETING") throw deletingFault(existing);
  const { definitionText, logging } = existing.revision;
  if (definitionText === asked.definitionText && JSON.stringify(logging) === JSON.stringify(asked.logging)) {
    return existing;
  }
  throw new Fault("StateMachineAlreadyExists", `State Machine Already Exists: '${existing.arn}'`);
}

function deletingFault({ arn }: StateMachine): Fault {
  return new Fault("StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
}
