import type { Call, Host } from "../../../host/service";
import { sealEnvironment } from "../execution/environment-key";
import type { Revision, Settings } from "../state/function";
import { checkRole } from "./check-role";

/** Members of functions that are not implemented. */
export const unsupported = ["Layers", "FileSystemConfigs", "ImageConfig", "CapacityProviderConfig", "DurableConfig"];

/**
 * A revision with its environment encrypted. Throws if Lambda cannot assume the role or use the
 * key.
 */
export async function createRevision(
  host: Host,
  call: Call,
  name: string,
  settings: Settings,
  code: Revision["code"],
): Promise<Revision> {
  checkRole(host, call, name, settings);
  const sealedEnvironment = await sealEnvironment(host, call, name, settings);
  return { code, settings, ...(sealedEnvironment && { sealedEnvironment }) };
}
