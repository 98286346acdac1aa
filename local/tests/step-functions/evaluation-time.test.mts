import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { LimitExceeded, startEvaluator } from "../../account/services/step-functions/evaluation/evaluator.ts";
import { limits } from "../../account/services/step-functions/evaluation/messages.ts";

/** The processes that this one has started. */
function listChildren(): number[] {
  const parentOf = (pid: string) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    } catch {
      return undefined;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === process.pid)
    .map(Number);
}

test.runIf(process.platform === "linux")(
  "an expression whose process gets no time of a busy machine is not ended",
  async () => {
    const before = listChildren();
    const evaluator = startEvaluator(() => undefined);
    const question = { type: "evaluate", bindings: {}, now: 0, randomness: "" } as const;
    await evaluator.ask({ ...question, sources: ["1"] });
    const [pid = 0] = listChildren().filter((each) => !before.includes(each));
    const answer = evaluator.ask({ ...question, sources: ["$count([1..300].($x := $; [1..300].($x * $)))"] });
    process.kill(pid, "SIGSTOP");
    // The limit is on the time that the process runs, so this test must let real time pass.
    await setTimeout(limits.expressionMs + 200);
    process.kill(pid, "SIGCONT");
    expect(await answer).toEqual({ type: "values", values: ["90000"] });
    const endless = evaluator.ask({ ...question, sources: ["($again := function($n) { $again($n + 1) }; $again(0))"] });
    await expect(endless).rejects.toThrow(LimitExceeded);
  },
);
