import { expect, test } from "vitest";
import { recorder } from "./recorded-stacks.mts";

test("deleting the state machine may take longer than each of its states", () => {
  const machine = recorder.one("aws:sfn/stateMachine:StateMachine", "full-retraining-state-machine");
  const definition = String(machine.inputs.definition);
  const pauses = [...definition.matchAll(/"(?:IntervalSeconds|MaxDelaySeconds)":(\d+)/g)].map(([, value]) =>
    Number(value),
  );
  // In `lengthenPause`: `$floor($min([$exportPause * 1.5, 300]))`.
  const waits = [...definition.matchAll(/\$min\(\[[^,]+, (\d+)\]\)/g)].map(([, value]) => Number(value));
  const functions = recorder.of("aws:lambda/function:Function").map(({ inputs }) => Number(inputs.timeout));
  expect(waits.length).toBeGreaterThan(3);
  const longest = Math.max(...pauses, ...waits, ...functions);

  const [, minutes = ""] = /^(\d+)m$/.exec(machine.deleteTimeout ?? "") ?? [];
  // The pause before a retry, and the call itself.
  expect(Number(minutes) * 60).toBeGreaterThanOrEqual(2 * longest);
});
