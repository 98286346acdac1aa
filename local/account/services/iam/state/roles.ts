import { noSuchEntity } from "../faults";
import type { IamState, Role } from "./state";

/** Finds a role by its name. Throws NoSuchEntity. */
export function findRole(state: IamState, name: string | undefined): Role {
  const role = state.roles.get((name ?? "").toLowerCase());
  if (!role) throw noSuchEntity(`The role with name ${name ?? ""} cannot be found.`);
  return role;
}
