import type { PlacementRequest } from "../../functions/serving/placements";
import { recommendRequest } from "../../functions/serving/request-schemas";
import { describeIssues } from "../../functions/support/issues";

/** The request of a visitor's page, in the words of the command. */
export interface QuestionOptions {
  readonly user?: string;
  readonly session?: string;
  /** The item whose place, or absence, is explained. */
  readonly item?: string;
  readonly placement?: string;
  /** The item of the page, at a placement that needs one: the request's `itemId`. */
  readonly relatedTo?: string;
  /** The filter's name, and the values of its parameters as `NAME=value`. */
  readonly filter?: readonly string[];
  /** Values of the promotion's parameters. */
  readonly promotion?: readonly string[];
}

export interface Question {
  /** The id by which Personalize knows the visitor: before the sign-in it is the session's. */
  readonly visitor: string;
  readonly item: string | undefined;
  readonly request: PlacementRequest;
}

/** Places of the list that is explained: those of a request without a limit. */
export const listLength = 10;

/** Reads the question. Throws where the contract refuses the request. */
export function readQuestion({ item, filter, relatedTo, promotion, ...options }: QuestionOptions): Question {
  const [name, ...values] = filter ?? [];
  const request = {
    userId: options.user,
    sessionId: options.session,
    placement: options.placement,
    itemId: relatedTo,
    filter: name,
    filterValues: values.length > 0 ? toValues("--filter", values) : undefined,
    promotionValues: promotion && toValues("--promotion", promotion),
  };
  return toQuestion(request, item);
}

/** Asks about the answer to a request. Throws where the contract refuses the request. */
export function toQuestion(given: Readonly<Record<string, unknown>>, item: string | undefined): Question {
  const request = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = recommendRequest().safeParse(request);
  if (!parsed.success) throw new Error(`The request is refused: ${describeIssues(parsed.error, "request")}.`);
  const visitor = parsed.data.userId ?? parsed.data.sessionId;
  if (visitor === undefined) throw new Error("Give the visitor's userId, or the sessionId before the sign-in.");
  return { visitor, item, request: parsed.data };
}

function toValues(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new Error(`${option}: ${JSON.stringify(text)} is not NAME=value, such as SPECIES='"1"'.`);
    }),
  );
}
