import type { Scope } from "../../../aws/arn";
import type { Session } from "../../../host/principal";
import type { Host } from "../../../host/service";
import { groupArn } from "../state/schedule";

interface Assumption {
  /** Name of the schedule's group. */
  readonly group: string;
  readonly sessionName: string;
}

/**
 * The session of a target's role. Its trust policy sees the schedule's group, never the schedule,
 * in `aws:SourceArn` (user guide, "Confused deputy prevention").
 */
export function assumeTargetRole(
  host: Host,
  scope: Scope,
  roleArn: string,
  { group, sessionName }: Assumption,
): Session {
  const options = { sessionName, region: scope.region, sourceArn: groupArn(scope, group) };
  return host.assumeRole("scheduler.amazonaws.com", roleArn, options);
}
