import type { Host, Service } from "../../host/service";
import { defineService } from "../../host/service";
import { createStore } from "../../host/store";
import { createAuthority, type IamAuthority } from "./authority";
import { policyHandlers } from "./operations/policies";
import { policyEntityHandlers } from "./operations/policy-entities";
import { policyVersionHandlers } from "./operations/policy-versions";
import { rolePolicyHandlers } from "./operations/role-policies";
import { roleHandlers } from "./operations/roles";
import { simulationHandlers } from "./operations/simulations";
import { tagHandlers } from "./operations/tags";
import { iamPermissions } from "./permissions";
import { createState } from "./state/state";

/**
 * IAM of the account: roles and policies as an API, and the authority that evaluates them on every
 * call. There are no users, groups or instance profiles: callers that are not sessions of a role
 * are the account's root user.
 */
export function iam(host: Host): Service<"iam"> & IamAuthority {
  const states = createStore(createState, "account");
  const service = defineService({
    name: "iam",
    iamPrefix: "iam",
    validationError: "ValidationError",
    handlers: {
      ...roleHandlers(host, states),
      ...rolePolicyHandlers(states),
      ...policyHandlers(host, states),
      ...policyEntityHandlers(states),
      ...policyVersionHandlers(host, states),
      ...tagHandlers(states),
      ...simulationHandlers(states),
    },
    permissions: iamPermissions(states),
  });
  return { ...service, ...createAuthority(host, states) };
}
