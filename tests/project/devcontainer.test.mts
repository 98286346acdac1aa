import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const file = fileURLToPath(new URL("../../.devcontainer/devcontainer.json", import.meta.url));

// Editors forward each port that they detect unless two settings say otherwise: one is read by all that support the
// format, one by Visual Studio Code (containers.dev, "otherPortsAttributes"; its setting "remote.autoForwardPorts").
test("the dev container forwards no port: who reaches the local account can run code", () => {
  const { config, error } = ts.parseConfigFileTextToJson(file, readFileSync(file, "utf8"));
  expect(error).toBeUndefined();
  expect(config).not.toHaveProperty("forwardPorts");
  expect(config).not.toHaveProperty("portsAttributes");
  expect(config).toMatchObject({
    otherPortsAttributes: { onAutoForward: "ignore" },
    customizations: { vscode: { settings: { "remote.autoForwardPorts": false } } },
  });
});
