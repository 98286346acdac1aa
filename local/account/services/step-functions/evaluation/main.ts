/**
 * The process that parses and evaluates expressions: `pool.ts` bundles this file and passes it to Node.js as its input.
 * An expression can only break its own process, not the account.
 */
import { protectPrototypes } from "../../../host/protect-prototypes";
import { answer } from "./answer";
import type { Answer, Notice, Question } from "./messages";

const send = (message: Answer | Notice) => process.send?.(message);

protectPrototypes();
process.on("message", async (question: Question) =>
  send(await answer(question, (index) => send({ type: "at", index }))),
);
process.on("disconnect", () => process.exit());
send({ type: "booted", residentBytes: process.memoryUsage.rss() });
