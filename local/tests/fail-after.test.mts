import { afterEach, expect, test, vi } from "vitest";
import { failAfter } from "../account/host/fail-after.ts";

afterEach(() => void vi.restoreAllMocks());

test("throws the failure after the cleaning", async () => {
  let cleaned = false;
  const cleanUp = async () => {
    cleaned = true;
  };
  await expect(failAfter(new Error("The model has no items."), cleanUp)).rejects.toThrow("The model has no items.");
  expect(cleaned).toBe(true);
});

test("prints why the cleaning failed, and throws the failure", async () => {
  const printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const cleanUp = () => {
    throw new Error("ENOTEMPTY: directory not empty");
  };
  await expect(failAfter(new Error("The model has no items."), cleanUp)).rejects.toThrow("The model has no items.");
  expect(printed.mock.calls).toEqual([
    ["Cleaning up after the failure below failed as well: ENOTEMPTY: directory not empty"],
  ]);
});
