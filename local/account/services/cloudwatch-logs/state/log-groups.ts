import { arnIn, isHere, parseArn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { createStore } from "../../../host/store";
import { type LogGroup, type LogStream, missing, removeExpired } from "./log-group";

/** A group is identified by its name or its ARN, the latter with or without `:*`. */
export interface LogGroupReference {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** The log groups of each account and Region. */
export interface LogGroups {
  of(caller: Scope): Map<string, LogGroup>;
  /** The group without its expired events. Throws ResourceNotFoundException. */
  find(caller: Caller, reference: LogGroupReference): LogGroup;
}

/** Creates the store of log groups. */
export function createLogGroups(host: Host): LogGroups {
  const store = createStore(() => new Map<string, LogGroup>());
  return {
    of: (caller) => store.of(caller),
    find(caller, reference) {
      // Recorded on AWS: localstack's snapshot test_describe_log_streams_with_log_group_identifier.
      if (reference.logGroupName !== undefined && reference.logGroupIdentifier !== undefined) {
        const message = "LogGroup name and LogGroup ARN are mutually exclusive parameters.";
        throw new Fault("ValidationException", message);
      }
      const group = store.of(caller).get(groupNameOf(caller, reference) ?? "");
      if (!group) throw missing("log group");
      removeExpired(group, host.clock.now());
      return group;
    },
  };
}

/** Throws ResourceNotFoundException. */
export function findLogStream(group: LogGroup, name: string | undefined): LogStream {
  const stream = group.streams.get(name ?? "");
  if (!stream) throw missing("log stream");
  return stream;
}

export const groupArn = (caller: Scope, name: string) => arnIn(caller, "logs", `log-group:${name}`);

/** The ARN of a group, without `:*`. */
export function groupArnOf(caller: Caller, { logGroupName, logGroupIdentifier }: LogGroupReference): string {
  const text = logGroupName ?? logGroupIdentifier ?? "";
  return parseArn(text) ? text.replace(/:\*$/, "") : groupArn(caller, text);
}

/** The name of a group in the caller's account and Region; undefined for an ARN of another one. */
export function groupNameOf(caller: Caller, reference: LogGroupReference): string | undefined {
  const arn = parseArn(groupArnOf(caller, reference));
  const [kind, name, ...others] = arn?.resource.split(":") ?? [];
  return arn && isHere(arn, "logs", caller) && kind === "log-group" && others.length === 0 ? name : undefined;
}
