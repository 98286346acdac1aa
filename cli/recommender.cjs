#!/usr/bin/env node
// `npx recommender`. This file must run on any version of Node.js: older ones would fail later,
// during a training.
const [major] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(
    `recommender needs Node.js 22 or later, and this is ${process.versions.node}. ` +
      "Start it with npm (npx recommender, npm start), which uses the right version.",
  );
  process.exit(1);
}
require("tsx/cjs");
require("./main.ts");
