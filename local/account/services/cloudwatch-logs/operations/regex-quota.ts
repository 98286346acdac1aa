import { Fault } from "../../../aws/fault";
import { patternOf } from "../filter-pattern/filter-pattern";
import type { FilterPattern } from "../filter-pattern/pattern";
import type { LogGroup } from "../state/log-group";

/**
 * "There is a maximum of 5 filter patterns containing regex for each log group" (user guide, "Supported regular
 * expressions").
 */
const mostPatterns = 5;

/** Refuses a pattern, of the filter `name`, with which a group would have too many with regular expressions. */
export function refuseManyPatternsWithRegex(group: LogGroup, name: string, pattern: FilterPattern): void {
  if (pattern.regexes === 0) return;
  const others = [...group.metricFilters.values(), ...group.subscriptionFilters.values()].filter(
    (filter) => filter.name !== name && patternOf(filter).regexes > 0,
  );
  if (others.length >= mostPatterns) throw new Fault("LimitExceededException", "Resource limit exceeded.");
}
