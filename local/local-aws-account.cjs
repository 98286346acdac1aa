#!/usr/bin/env node
// `npx local-aws-account`. This file must run on any version of Node.js: older ones would fail
// later, during a training.
const [major] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(`local-aws-account needs Node.js 22 or later, and this is ${process.versions.node}.`);
  process.exit(1);
}
require("tsx/cjs");
const { version } = require("./package.json");
const { runCommand } = require("./command.ts");

runCommand(process.argv.slice(2), version).then(
  () => process.exit(),
  (error) => {
    console.error(`${error.message}\nnpx local-aws-account --help prints the options.`);
    process.exit(2);
  },
);
