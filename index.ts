import "./stacks/node-version";
import { run } from "./stacks/run";

// The stack's outputs: RecommenderContract in contract/index.d.ts.
export = run();
