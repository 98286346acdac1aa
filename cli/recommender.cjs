#!/usr/bin/env node
// `npx recommender`. This file must run on any Node.js: older versions fail later, in the middle of a training.
const [major] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(
    `recommender needs Node.js 22 or later, and this is ${process.versions.node}. ` +
      "Start it with npm (npx recommender, npm start), which brings the right one.",
  );
  process.exit(1);
}
require("tsx/cjs");
require("./main.ts");
