import type { Call } from "../../host/service";
import { createStore } from "../../host/store";
import { isNotFound } from "./faults";
import type { Lifecycle } from "./state/lifecycle";

type Handler = (input: object, call: Call) => unknown;

/**
 * Wraps handlers for clients that do not wait. Describe waits for work that is late. A deletion has
 * ended before a client can ask for it, but its first Describe still tells of it: AWS's clean-up
 * function (`05_Clean_Up.ipynb`) ends at an answer about its dataset group, and without one asks
 * for 30 minutes.
 */
export function makeInstant<H extends object>({ noWorkIsLate }: Lifecycle, handlers: H): H {
  const named = new Map(Object.entries(handlers) as [string, Handler][]);
  /** The answers of Describe directly after the deletion began, by ARN. */
  const lastAnswers = createStore(() => new Map<string, unknown>());

  const describe = (handler: Handler) => async (input: object, call: Call) => {
    const arn = arnIn(input);
    const answers = lastAnswers.of(call);
    const last = answers.get(arn);
    answers.delete(arn);
    await noWorkIsLate(arn);
    try {
      return await handler(input, call);
    } catch (error) {
      if (last !== undefined && isNotFound(error)) return last;
      throw error;
    }
  };
  // Without waiting for anything: the resource is DELETE PENDING until the clock jumps.
  const remove = (handler: Handler, description: Handler) => (input: object, call: Call) => {
    const answer = handler(input, call);
    lastAnswers.of(call).set(arnIn(input), description(input, call));
    return answer;
  };
  const wrapped = Array.from(named, ([operation, handler]): [string, Handler] => {
    if (operation.startsWith("Describe")) return [operation, describe(handler)];
    // A schema is deleted at once (API reference, DeleteSchema: it has no status).
    const description = operation === "DeleteSchema" ? undefined : named.get(operation.replace(/^Delete/, "Describe"));
    return [operation, description && description !== handler ? remove(handler, description) : handler];
  });
  return Object.fromEntries(wrapped) as H;
}

/** The ARN is the only member of these requests. */
const arnIn = (input: object) => String(Object.values(input)[0]);
