import { randomUUID } from "node:crypto";
import { globalArn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { invalidInput, noSuchEntity } from "../faults";
import { linkedDescriptions, linkedRoles, takesSuffix } from "../state/linked-roles";
import { findRole } from "../state/roles";
import { createUniqueId, type IamState, type Role, serviceLinkedPath } from "../state/state";
import { describeRole } from "./roles";

/** Name and ARN of the role of a service, for the permission check. */
export function linkedRoleArn(account: string, service = "", suffix?: string): string {
  const name = linkedRoles.get(service)?.name ?? "*";
  return globalArn("iam", account, `role${serviceLinkedPath}${service}/${suffix ? `${name}_${suffix}` : name}`);
}

/** Roles that belong to AWS services: users create and delete them, and change nothing of them. */
export function serviceLinkedRoleHandlers(host: Host, states: Store<IamState>) {
  return {
    CreateServiceLinkedRole({ AWSServiceName: service = "", CustomSuffix, Description }, call) {
      const linked = linkedRoles.get(service);
      if (!linked) throw notImplemented(`iam:CreateServiceLinkedRole with AWSServiceName ${service}`);
      if (CustomSuffix !== undefined && !takesSuffix.has(service)) {
        throw invalidInput(`Custom suffix is not allowed for ${service}`);
      }
      const { roles } = states.of(call);
      const name = CustomSuffix === undefined ? linked.name : `${linked.name}_${CustomSuffix}`;
      if (roles.has(name.toLowerCase())) {
        throw invalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`);
      }
      const document = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow" as const, Principal: { Service: service }, Action: "sts:AssumeRole" }],
      };
      const role: Role = {
        name,
        path: `${serviceLinkedPath}${service}/`,
        arn: linkedRoleArn(call.account, service, CustomSuffix),
        id: createUniqueId("AROA", host.randomBytes(17)),
        created: new Date(host.clock.now()),
        description: linkedDescriptions.get(service) ?? Description,
        maxSessionDuration: 3600,
        trust: { text: JSON.stringify(document), document },
        boundaryArn: undefined,
        lastUsed: undefined,
        inline: new Map(),
        attached: new Set(linked.policies.map((policy) => `arn:aws:iam::aws:policy${serviceLinkedPath}${policy}`)),
        tags: new Map(),
      };
      roles.set(name.toLowerCase(), role);
      return { Role: describeRole(role, true) };
    },

    DeleteServiceLinkedRole({ RoleName }, call) {
      const state = states.of(call);
      const role = findRole(state, RoleName);
      if (!role.path.startsWith(serviceLinkedPath)) {
        throw invalidInput(`The role with name ${role.name} is not a service-linked role.`);
      }
      state.roles.delete(role.name.toLowerCase());
      const DeletionTaskId = `task${role.path}${role.name}/${randomUUID()}`;
      state.deletions.add(DeletionTaskId);
      return { DeletionTaskId };
    },

    GetServiceLinkedRoleDeletionStatus({ DeletionTaskId = "" }, call) {
      if (states.of(call).deletions.has(DeletionTaskId)) return { Status: "SUCCEEDED" };
      throw noSuchEntity(`DeletionTask with id ${DeletionTaskId} cannot be found.`);
    },
  } satisfies Handlers<Clients["iam"]>;
}
