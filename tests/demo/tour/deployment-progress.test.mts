import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showProgress, type Terminal } from "../../../demo/tour/deployment-progress.ts";
import { createSignals } from "../../../local/account/host/signals.ts";
import type { DeployMessage } from "../../../local/pulumi/deploy-program.ts";

beforeEach(() => {
  vi.stubEnv("NO_COLOR", "");
  vi.stubEnv("TERM", "xterm");
});
afterEach(() => vi.unstubAllEnvs());

/** A terminal of some columns, or a pipe, that keeps what is written. */
function terminal(columns?: number): Terminal & { readonly written: string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.defineProperty(Object.assign(stream, { isTTY: columns !== undefined, columns }), "written", {
    get: () => chunks.join(""),
  }) as unknown as Terminal & { readonly written: string };
}

const personalize = (kind: string) => `pulumi-nodejs:dynamic/personalize:${kind}`;
const version = { type: personalize("SolutionVersion"), name: "recommender-recommendation-first-version" };
const campaign = { type: personalize("Campaign"), name: "recommender-recommendation-campaign" };
const bucket = { type: "aws:s3/bucket:Bucket", name: "recommender-events-archive" };
const started = (resource: object) => ({ kind: "started", ...resource }) as DeployMessage;
const created = (resource: object) =>
  ({ kind: "resource", id: "x", step: "create", milliseconds: 1, ...resource }) as DeployMessage;

/** Shows a deployment in which each step takes ten seconds. */
function deploy(to: Terminal, failed = false): void {
  let now = 0;
  const signals = createSignals();
  const progress = showProgress(to, signals, "dev", () => now);
  const report = (message: DeployMessage) => {
    now += 10_000;
    progress.report(message);
  };
  report(started(bucket));
  report(created(bucket));
  report(started(version));
  const solutionVersionArn = "arn:aws:personalize:eu-west-1:000000000000:solution/recommender-dev-recommendation-1/2";
  const what = "weighing what predicts the next item, on choices of visitors that were left out, and on many more";
  signals.emit("training", { solutionVersionArn, done: 0.451, what });
  if (!failed) for (const message of [created(version), started(campaign), created(campaign)]) report(message);
  progress.end(failed);
}

test("a running training has its time and the name of its phase, cut to the line", () => {
  const to = terminal(80);
  deploy(to);
  expect(stripVTControlCharacters(to.written)).toContain(
    "train recommendation          0.0 s  weighing what predicts the next item, …",
  );
});

test("the last state of the checklist has a time for each row", () => {
  const to = terminal(80);
  deploy(to);
  const written = stripVTControlCharacters(to.written);
  expect(written).toContain("✔ create resources             60.0 s  3 created");
  expect(written).toContain("✔ train recommendation         10.0 s");
  expect(written).toContain("✔ campaign recommendation      10.0 s");
});

test("what was running when the deployment failed is marked", () => {
  const to = terminal(80);
  deploy(to, true);
  expect(stripVTControlCharacters(to.written)).toContain("✖ train recommendation");
});

const plain = [
  "  train recommendation: 10.0 s",
  "  campaign recommendation: 10.0 s",
  "  create resources: 60.0 s, 3 created",
  "",
].join("\n");

test.each([undefined, 0])("a pipe, or a terminal of unknown size, gets one plain line for each row", (columns) => {
  const to = terminal(columns);
  deploy(to);
  expect(to.written).toBe(plain);
});
