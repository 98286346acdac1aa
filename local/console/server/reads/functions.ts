import type { Invocation } from "../../messages";
import type { Calls } from "../caller";
import { Refused } from "../exchange";

/** The longest answer that is shown, in characters: a page that shows more of it is slow. */
const longestAnswer = 200_000;

/** Invokes a function with a payload that a person wrote. */
export async function invokeFunction(act: Calls, FunctionName: string, payload: string): Promise<Invocation> {
  if (payload !== "") requireJson(payload);
  const {
    Payload,
    FunctionError,
    LogResult = "",
  } = await act("lambda", "Invoke", {
    FunctionName,
    LogType: "Tail",
    ...(payload === "" ? {} : { Payload: Buffer.from(payload) }),
  });
  return {
    ...(FunctionError !== undefined && { error: FunctionError }),
    payload: Buffer.from(Payload ?? [])
      .toString("utf8")
      .slice(0, longestAnswer),
    log: Buffer.from(LogResult, "base64").toString("utf8"),
  };
}

function requireJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new Refused(400, `The payload is not JSON: ${(error as Error).message}`);
  }
}
