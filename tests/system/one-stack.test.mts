// Tests that can share a stack: none reads what another one changes.
import { afterAll, beforeAll, describe } from "vitest";
import { type DeployedStack, deploySmallStack, openGate, startQuickAccount } from "../support/deployed-stack.ts";
import * as callers from "./one-stack/callers.mts";
import { testHttpEndpoint } from "./one-stack/http-endpoint.mts";
import * as itemUpdates from "./one-stack/item-updates.mts";
import * as metricAttribution from "./one-stack/metric-attribution.mts";
import { testPastedLines } from "./one-stack/pasted-lines.mts";
import { testPersonalizeSource, undocumented } from "./one-stack/personalize-source.mts";
import { testTour } from "./one-stack/tour.mts";

let deployed: DeployedStack;
beforeAll(async () => {
  const account = await startQuickAccount({ undocumented });
  const settings = { ...openGate, ...callers.settings, ...itemUpdates.settings, ...metricAttribution.settings };
  deployed = await deploySmallStack(account, "dev", settings);
});
afterAll(() => deployed.close());
const open = () => deployed;

describe("the source that Personalize names", () => testPersonalizeSource(open));
describe("callers", () => callers.testCallers(open));
describe("the HTTP endpoint", () => testHttpEndpoint(open));
describe("pasted lines", () => testPastedLines(open));
describe("the attribution of metrics", () => metricAttribution.testMetricAttribution(open));
describe("updates of items", () => itemUpdates.testItemUpdates(open));
describe("the tour", () => testTour(open));
