import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { invalidParameter } from "../faults";
import type { Settings } from "../state/function";
import { functionArn } from "../state/function-name";

/**
 * The role must exist, trust Lambda and, for a function in a VPC, be able to make network
 * interfaces.
 */
export function checkRole(host: Host, caller: Caller, name: string, { role, vpc }: Settings): void {
  const sourceArn = functionArn(caller, name);
  let principal: Caller["principal"];
  try {
    const options = { sessionName: name, region: caller.region, sourceArn };
    principal = host.assumeRole("lambda.amazonaws.com", role, options).principal;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw invalidParameter("The role defined for the function cannot be assumed by Lambda.");
  }
  if (!vpc?.SubnetIds?.length) return;
  for (const action of ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]) {
    try {
      host.authorise({ ...caller, principal }, { action: `ec2:${action}`, resource: "*" });
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw invalidParameter(`The provided execution role does not have permissions to call ${action} on EC2`);
    }
  }
}
