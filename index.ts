import "./stacks/node-version";
import { run } from "./stacks/run";

// The engine calls the function. Its outputs are the stack's: RecommenderContract in
// contract/index.d.ts.
export = run;
