import { randomUUID } from "node:crypto";
import { globalArn } from "../../../endpoint/arn";
import type { Clients } from "../../../endpoint/clients";
import { notImplemented } from "../../../endpoint/fault";
import type { Handlers, Host, Store } from "../../../endpoint/service";
import { invalidInput, noSuchEntity } from "../faults";
import { findRole } from "../state/roles";
import { createUniqueId, type IamState, type Role, serviceLinkedPath } from "../state/state";
import { describeRole } from "./roles";

interface LinkedRole {
  readonly name: string;
  /** AWS's own policy that is attached to it. */
  readonly policy: string;
  readonly description?: string;
}

/**
 * The roles of the account's services that have some: Key Management Service and Systems Manager. As recorded on AWS:
 * localstack's snapshot test_service_role_lifecycle.
 */
const linkedRoles: Readonly<Record<string, LinkedRole>> = {
  "cks.kms.amazonaws.com": {
    name: "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
    policy: "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
  },
  "mrk.kms.amazonaws.com": {
    name: "AWSServiceRoleForKeyManagementServiceMultiRegionKeys",
    policy: "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
  },
  "ssm.amazonaws.com": {
    name: "AWSServiceRoleForAmazonSSM",
    policy: "AmazonSSMServiceRolePolicy",
    description: "Provides access to AWS Resources managed or used by Amazon SSM.",
  },
  "accountdiscovery.ssm.amazonaws.com": {
    name: "AWSServiceRoleForAmazonSSM_AccountDiscovery",
    policy: "AWSSystemsManagerAccountDiscoveryServicePolicy",
  },
  "opsdatasync.ssm.amazonaws.com": {
    name: "AWSServiceRoleForSystemsManagerOpsDataSync",
    policy: "AWSSystemsManagerOpsDataSyncServiceRolePolicy",
  },
  "opsinsights.ssm.amazonaws.com": {
    name: "AWSServiceRoleForAmazonSSM_OpsInsights",
    policy: "AWSSSMOpsInsightsServiceRolePolicy",
  },
};

/** Name and ARN of the role of a service, for the permission check. */
export function linkedRoleArn(account: string, service = ""): string {
  return globalArn("iam", account, `role${serviceLinkedPath}${service}/${linkedRoles[service]?.name ?? "*"}`);
}

/** Roles that belong to AWS services: users create and delete them, and change nothing of them. */
export function serviceLinkedRoleHandlers(host: Host, states: Store<IamState>) {
  return {
    CreateServiceLinkedRole({ AWSServiceName: service = "", CustomSuffix, Description }, call) {
      const linked = linkedRoles[service];
      if (!linked) {
        const known = Object.keys(linkedRoles).join(", ");
        throw notImplemented(`iam:CreateServiceLinkedRole with AWSServiceName ${service} (implemented are ${known})`);
      }
      if (CustomSuffix !== undefined) throw invalidInput(`Custom suffix is not allowed for ${service}`);
      const { roles } = states.of(call);
      const { name, policy, description = Description } = linked;
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
        arn: linkedRoleArn(call.account, service),
        id: createUniqueId("AROA", host.randomBytes(17)),
        created: new Date(host.clock.now()),
        description,
        maxSessionDuration: 3600,
        trust: { text: JSON.stringify(document), document },
        boundaryArn: undefined,
        lastUsed: undefined,
        inline: new Map(),
        attached: new Set([`arn:aws:iam::aws:policy${serviceLinkedPath}${policy}`]),
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
