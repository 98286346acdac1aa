import { TextField } from "../../../local/console/page/parts";
import type { RecommendRequest, Visitors } from "../messages";

/** Holds what is chosen for a list, with the values that differ from the examples. */
export type Choice = Pick<RecommendRequest, "placement" | "filter" | "filterValues" | "promotionValues">;

const members = ["filterValues", "promotionValues"] as const;

const takesFilter = ({ placements, standardPlacement }: Visitors, { placement }: Choice): boolean => {
  const { model, filter } = placements[placement ?? standardPlacement] ?? { model: standardPlacement };
  return model !== undefined && filter === undefined;
};

/** The members of a request: what is chosen, and each value that its filters need. */
export function toRequest(data: Visitors, choice: Choice): Choice {
  const { placement, filterValues, promotionValues } = choice;
  const own = data.placements[placement ?? data.standardPlacement];
  const filter = takesFilter(data, choice) ? choice.filter : undefined;
  const complete = (used: string | undefined, values: Choice["filterValues"]) => {
    const examples = data.filters.find(({ name }) => name === used)?.parameters;
    return examples && { ...examples, ...values };
  };
  return {
    placement,
    filter,
    filterValues: complete(own?.filter ?? filter, filterValues),
    promotionValues: complete(own?.promotion?.filter, promotionValues),
  };
}

interface ChoicesProps {
  readonly data: Visitors;
  /** True: offers placements that are asked about an item. */
  readonly needsItem: boolean;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

/**
 * Fields for the placement, the filter and their values, which are written as a request has them.
 */
export function Choices({ data, needsItem, choice, choose }: ChoicesProps) {
  const { placement = data.standardPlacement, filter = "" } = choice;
  const placements = Object.entries(data.placements).filter(([, each]) => each.needsItem === needsItem);
  const request = toRequest(data, choice);
  return (
    <>
      {placements.length > 1 && (
        <Select
          label="Placement"
          value={placement}
          options={placements.map(([name]) => name)}
          select={(name) => choose({ placement: name, filter: choice.filter })}
        />
      )}
      {data.filters.length > 0 && takesFilter(data, choice) && (
        <Select
          label="Filter"
          value={filter}
          title={data.filters.find(({ name }) => name === filter)?.expression}
          options={["", ...data.filters.map(({ name }) => name)]}
          select={(name) => choose({ placement: choice.placement, filter: name || undefined })}
        />
      )}
      {members.flatMap((member) =>
        Object.entries(request[member] ?? {}).map(([name, value]) => (
          <TextField
            key={`${member} ${name}`}
            label={`${name.toLowerCase()}${value.trim() === "" ? ": needs a value" : ""}`}
            value={value}
            change={(text) => choose({ ...choice, [member]: { ...request[member], [name]: text } })}
          />
        )),
      )}
    </>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly title?: string | undefined;
  readonly options: readonly string[];
  readonly select: (option: string) => void;
}

const Select = ({ label, value, title, options, select }: SelectProps) => (
  <label class="field">
    {label}
    <select value={value} title={title} onChange={({ currentTarget }) => select(currentTarget.value)}>
      {options.map((option) => (
        <option key={option} value={option}>
          {option || "none"}
        </option>
      ))}
    </select>
  </label>
);
