import { expect, test } from "vitest";
import { environmentLines, environmentTitle, personalizeLines } from "../terminal/client-environment.ts";

test("the lines to paste set both names of the Region, and remove what would take precedence", () => {
  expect(environmentLines("http://127.0.0.1:4566", "eu-central-1")).toEqual([
    "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN",
    "export AWS_ENDPOINT_URL=http://127.0.0.1:4566",
    "export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1",
    "export AWS_ACCESS_KEY_ID=000000000000 AWS_SECRET_ACCESS_KEY=local",
  ]);
});

test("the lines and their title fit into 80 columns", () => {
  const lines = environmentLines("http://127.0.0.1:65535", "ap-southeast-2").map((line) => `  ${line}`);
  expect([environmentTitle, ...lines].filter((line) => line.length > 80)).toEqual([]);
});

test("for Personalize only, the lines leave the other variables to the other account", () => {
  expect(personalizeLines("http://127.0.0.1:4567")).toEqual([
    "export AWS_ENDPOINT_URL_PERSONALIZE=http://127.0.0.1:4567",
    "export AWS_ENDPOINT_URL_PERSONALIZE_EVENTS=http://127.0.0.1:4567",
    "export AWS_ENDPOINT_URL_PERSONALIZE_RUNTIME=http://127.0.0.1:4567",
  ]);
});
