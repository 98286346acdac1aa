/** Costs in milliseconds of this thread's processor time, so that the machine's other processes do not count. */

/** The processor's time is counted in steps of some milliseconds, the machine's is exact but includes other processes. */
const longestStep = 4;

/** The processor time of this thread so far. */
export function processorTime(): number {
  // Before Node.js 23.9 it is that of the whole process.
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/** The work that a call takes. */
export async function costOf(act: () => unknown): Promise<number> {
  const started = performance.now();
  const before = processorTime();
  await act();
  return Math.min(performance.now() - started, processorTime() - before + longestStep);
}

/** In milliseconds: how often turns are measured. */
const interval = 5;

/** The longest work of this thread between two turns of the event loop, in which no other client is answered. */
export interface TurnWatch {
  /** Since the last call. */
  longest(): number;
  stop(): void;
}

export function watchTurns(): TurnWatch {
  let longest = 0;
  let before = processorTime();
  const look = () => {
    const now = processorTime();
    longest = Math.max(longest, now - before - interval);
    before = now;
  };
  const timer = setInterval(look, interval);
  timer.unref();
  return {
    longest() {
      look();
      const found = longest;
      longest = 0;
      return found;
    },
    stop: () => clearInterval(timer),
  };
}

/** On a machine whose slowness is 1, in milliseconds. */
const referenceCost = 15;

/** Measures this machine's slowness at this moment: how many times as long it takes for the same work, 1 or more. */
export async function measureSlowness(): Promise<number> {
  const rows = Array.from({ length: 15_000 }, (_, i) => ({ name: `name ${i}`, value: i, tags: ["a", "b"] }));
  const text = JSON.stringify(rows);
  const costs: number[] = [];
  for (let i = 0; i < 7; i++) costs.push(await costOf(() => JSON.stringify(JSON.parse(text))));
  return Math.max(1, Math.min(...costs) / referenceCost);
}
