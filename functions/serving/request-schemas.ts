import { array, pipe, transform } from "zod/mini";
import { describeMissing } from "../support/issues";
import {
  animalAttributes,
  closedObject,
  contextMap,
  filterValueMap,
  hasGroupId,
  id,
  inexactNumber,
  optional,
  text,
  wholeNumber,
} from "../support/schema";

/** Fields of both requests. */
const visitor = () => ({
  userId: optional(id()),
  sessionId: optional(id()),
  filter: optional(text(63)),
  filterValues: optional(filterValueMap()),
  context: optional(contextTexts()),
});

/** The service takes texts only (model of personalize-runtime, Context). */
const contextTexts = () =>
  pipe(
    contextMap(),
    transform((values, { issues }) => {
      const given = Object.entries(values).filter(([, value]) => value !== null);
      for (const [name, value] of given) {
        const isExact = typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value);
        if (!isExact) issues.push({ code: "custom", input: undefined, path: [name], message: inexactNumber });
      }
      return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
    }),
  );

/** The last three are for stacks with placements. */
export const recommendRequest = () =>
  closedObject({
    ...visitor(),
    limit: pipe(
      optional(wholeNumber(1, 500)),
      transform((limit) => limit ?? 10),
    ),
    placement: optional(text(30)),
    itemId: optional(id()),
    promotionValues: optional(filterValueMap()),
  });

export const rerankRequest = () =>
  closedObject({
    ...visitor(),
    // A pet with the caller's id, ranked by its group; or an item of the catalogue with its own id.
    itemMetadataList: array(
      closedObject({ itemId: id(), animalMetadata: optional(closedObject(animalAttributes()).check(hasGroupId())) }),
      {
        error: describeMissing("must be a list"),
      },
    ),
  });
