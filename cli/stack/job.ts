import { type Pause, poll } from "../terminal/poll";
import { formatDuration, type Progress } from "../terminal/progress";
import { fetchServiceTime } from "./service-time";

/** A job or a training of Personalize, or an execution of Step Functions. */
interface Job {
  readonly jobName?: string | undefined;
  readonly status?: string | undefined;
  readonly creationDateTime?: Date | undefined;
}

export const isRunning = ({ status = "" }: Job): boolean => /PENDING|IN_PROGRESS|STOPPING|RUNNING/.test(status);

/** Waits for the end of a job, and shows how long it has run. */
export function waitForJob<J extends Job>(read: () => Promise<J>, progress: Progress, pause: Pause): Promise<J> {
  const look = async () => {
    const job = await read();
    if (!isRunning(job)) return job;
    const elapsed = Number(await fetchServiceTime()) - Number(job.creationDateTime ?? 0);
    progress.show(`${job.jobName} is ${job.status} for ${formatDuration(elapsed)}`);
    return undefined;
  };
  return poll(look, 15_000, pause);
}
