import { afterAll } from "vitest";
import { type DeployedStack, openDeployedStack } from "./deployed-stack.ts";

/** Deploys the program on a separate account for the tests of a file, and ends both after them. */
export async function useStack(settings?: Parameters<typeof openDeployedStack>[0]): Promise<DeployedStack> {
  const deployed = await openDeployedStack(settings);
  afterAll(() => deployed.close());
  return deployed;
}
