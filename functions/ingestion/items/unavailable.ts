import { toColumnKey } from "../../../values/columns";
import { availabilityColumn, unavailableStatus } from "../../support/availability";
import type { StoredRow } from "../updates/changed-rows";

export const isUnavailable = ({ columns }: StoredRow): boolean =>
  Object.entries(columns).some(
    ([name, value]) => toColumnKey(name) === availabilityColumn && value === unavailableStatus,
  );
