import { isNamed } from "./errors";
import { pollUntil } from "./poll";
import type { Session } from "./session";

/**
 * Stops a training that is pending or in progress, and waits until it has stopped. Does nothing to
 * other versions.
 */
export async function stopTraining(session: Session, solutionVersionArn: string): Promise<void> {
  const { api, label } = session;
  const stopped = await pollUntil(session, async () => {
    try {
      const { solutionVersion } = await api.describeSolutionVersion({ solutionVersionArn });
      const { status = "" } = solutionVersion ?? {};
      if (["CREATE PENDING", "CREATE IN_PROGRESS"].includes(status)) {
        await api.stopSolutionVersionCreation({ solutionVersionArn });
        return undefined;
      }
      return status === "CREATE STOPPING" ? undefined : true;
    } catch (error) {
      if (isNamed(error, "ResourceNotFoundException")) return true;
      if (isNamed(error, "ResourceInUseException")) return undefined;
      throw error;
    }
  });
  if (!stopped) {
    throw new Error(`${label}: ${solutionVersionArn} is still stopping at the deadline. Run the command again.`);
  }
}
