import { z } from "zod";
import type { PlacementRequest } from "../../../functions/serving/placements";
import { parseJson } from "../../stack/json";
import type { StackReader } from "../../stack/stack";
import { listLength } from "../question";
import type { Answer } from "./facts";

const reply = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string(),
});
const list = z.array(z.object({ id: z.string() }));
const message = z.object({ message: z.string() });

/**
 * The errors of an invocation that every caller gets, whoever asks: throttles, keys, networks (API
 * reference, Invoke, "Errors").
 */
const ofFunction =
  /^(TooManyRequests|Service|ResourceConflict|ResourceNotReady|RecursiveInvocation|KMS|EC2|ENI|EFS|Subnet|SnapStart)/;

/** Asks the function for the visitor's list, as a page does. */
export async function askFunction({ call }: StackReader, FunctionName: string, request: PlacementRequest) {
  const payload = { ...request, limit: listLength };
  const asking = call("lambda", "Invoke", { FunctionName, Payload: Buffer.from(JSON.stringify(payload)) });
  const invoked = await asking.catch((error: Error) => {
    if (!ofFunction.test(error.name)) throw error;
    return error;
  });
  if (invoked instanceof Error) return { kind: "failed", message: `${invoked.name}: ${invoked.message}` } as const;
  const text = Buffer.from(invoked.Payload ?? []).toString("utf8");
  return readAnswer(text, invoked.FunctionError !== undefined);
}

/** Reads what the function returned; `isError` for what it has thrown. */
export function readAnswer(text: string, isError: boolean): Answer {
  const { data } = reply.safeParse(parseJson(text));
  if (!data || isError) return { kind: "failed", message: text };
  const { statusCode, headers = {}, body } = data;
  const content = parseJson(body);
  if (statusCode !== 200) {
    const said = message.safeParse(content).data?.message ?? `status ${statusCode}`;
    return { kind: statusCode < 500 ? "refused" : "failed", message: said };
  }
  return {
    kind: "list",
    items: (list.safeParse(content).data ?? []).map(({ id }) => id),
    source: headers["x-recommendation-source"],
    filterApplied: headers["x-recommendation-filter"] !== "not-applied",
  };
}
