import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { record, waitForRegistrations } from "../support/record.ts";

const recorder = record({ stack: "test" });
const { parseConfig } = await import("../../stacks/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

/** The request with which the SDK registers a resource, as far as this test reads it. */
interface Request {
  getType(): string;
  getCustomtimeouts(): { getDelete(): string } | undefined;
}
interface Monitor {
  registerResource(request: Request, callback: unknown): unknown;
}

test("deleting the state machine may take longer than each of its states", async () => {
  const timeouts: string[] = [];
  const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    if (request.getType() === "aws:sfn/stateMachine:StateMachine")
      timeouts.push(request.getCustomtimeouts()?.getDelete() ?? "");
    return register(request, callback);
  };
  new Recommender("recommender", parseConfig({ batchRecommendations: true, popularityBaseline: true }, "test"));
  await waitForRegistrations();

  const [machine] = recorder.of("aws:sfn/stateMachine:StateMachine");
  const definition = String(machine?.inputs.definition);
  const pauses = [...definition.matchAll(/"(?:IntervalSeconds|MaxDelaySeconds)":(\d+)/g)].map(([, value]) =>
    Number(value),
  );
  // In `lengthenPause`: `$floor($min([$exportPause * 1.5, 300]))`.
  const waits = [...definition.matchAll(/\$min\(\[[^,]+, (\d+)\]\)/g)].map(([, value]) => Number(value));
  const functions = recorder.of("aws:lambda/function:Function").map(({ inputs }) => Number(inputs.timeout));
  expect(waits.length).toBeGreaterThan(3);
  const longest = Math.max(...pauses, ...waits, ...functions);

  expect(timeouts).toHaveLength(1);
  const [, minutes = ""] = /^(\d+)m$/.exec(timeouts[0] ?? "") ?? [];
  // The pause before a retry, and the call itself.
  expect(Number(minutes) * 60).toBeGreaterThanOrEqual(2 * longest);
});
