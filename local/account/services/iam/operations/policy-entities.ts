import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { findPolicy, rolesWith, rolesWithin } from "../state/policies";
import type { IamState } from "../state/state";

/** Lists the roles that have a managed policy. */
export function policyEntityHandlers(states: Store<IamState>) {
  return {
    ListEntitiesForPolicy({ PolicyArn, EntityFilter, PathPrefix, PolicyUsageFilter, Marker, MaxItems = 100 }, call) {
      if (PathPrefix !== undefined) throw notImplemented("iam:ListEntitiesForPolicy with PathPrefix");
      const { arn } = findPolicy(states.of(call), PolicyArn);
      const roles =
        PolicyUsageFilter === "PermissionsBoundary"
          ? rolesWithin(states.of(call), arn)
          : rolesWith(states.of(call), arn);
      const asked = EntityFilter === undefined || EntityFilter === "Role" ? roles : [];
      const { items, next } = page(asked, ({ name }) => name, { token: Marker, limit: MaxItems });
      return {
        PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        PolicyGroups: [],
        PolicyUsers: [],
        IsTruncated: next !== undefined,
        Marker: next,
      };
    },
  } satisfies Handlers<Clients["iam"]>;
}
