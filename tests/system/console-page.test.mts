// The console in a real browser. The tests share an account, and each opens a separate page.
import { describe } from "vitest";
import { needsChromium } from "../../local/tests/support/browser.ts";
import { testAllViews } from "./console-page/all-views.mts";
import { useConsolePage } from "./console-page/console-page.mts";
import { testExplanation } from "./console-page/explanation.mts";
import { testModels } from "./console-page/models.mts";
import { testOperations } from "./console-page/operations.mts";
import { testVisitors } from "./console-page/visitors.mts";

describe("the console", needsChromium, () => {
  useConsolePage();
  describe("visitors", testVisitors);
  describe("explanation", testExplanation);
  describe("models", testModels);
  describe("operations", testOperations);
  describe("all views", testAllViews);
});
