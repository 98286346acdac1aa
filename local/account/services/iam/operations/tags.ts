import type { Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { findOwnPolicy } from "../state/policies";
import { findRole } from "../state/roles";
import type { IamState } from "../state/state";
import { withoutTags, withTags } from "../state/tags";

/** Tags of roles and policies. */
export function tagHandlers(states: Store<IamState>) {
  return {
    TagRole({ RoleName, Tags }, call) {
      const role = findRole(states.of(call), RoleName);
      role.tags = withTags(role.tags, Tags);
      return {};
    },

    UntagRole({ RoleName, TagKeys }, call) {
      const role = findRole(states.of(call), RoleName);
      role.tags = withoutTags(role.tags, TagKeys);
      return {};
    },

    TagPolicy({ PolicyArn, Tags }, call) {
      const policy = findOwnPolicy(states.of(call), PolicyArn);
      policy.tags = withTags(policy.tags, Tags);
      return {};
    },

    UntagPolicy({ PolicyArn, TagKeys }, call) {
      const policy = findOwnPolicy(states.of(call), PolicyArn);
      policy.tags = withoutTags(policy.tags, TagKeys);
      return {};
    },
  } satisfies Handlers<Clients["iam"]>;
}
