import { noSuchEntity, unmodifiable } from "../faults";
import { type IamState, type Role, serviceLinkedPath } from "./state";

/** Finds a role by its name. Throws NoSuchEntity. */
export function findRole(state: IamState, name: string | undefined): Role {
  const role = state.roles.get((name ?? "").toLowerCase());
  if (!role) throw noSuchEntity(`The role with name ${name ?? ""} cannot be found.`);
  return role;
}

/**
 * Finds a role that the caller may change. Only AWS changes a service-linked role (error UnmodifiableEntity of the service
 * model).
 */
export function findOwnRole(state: IamState, name: string | undefined): Role {
  const role = findRole(state, name);
  if (!role.path.startsWith(serviceLinkedPath)) return role;
  throw unmodifiable(
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}
