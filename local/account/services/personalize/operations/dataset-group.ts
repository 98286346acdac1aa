import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { arnOf, type Context } from "../context";
import { inUse, invalidInput } from "../faults";
import { createNewRoleCheck, proveKeyAccess, refuseUnusableRole } from "../s3/data-role";
import { listPage, notBegun, progress, refuseBusy } from "../state/registry";
import type { DatasetGroup, PersonalizeState } from "../state/state";
import { addTagged } from "./tags";

export function datasetGroupHandlers(context: Context) {
  const { host, store, lifecycle, quotas } = context;
  const checkNewRole = createNewRoleCheck(context);
  const create = lifecycle.step<{ call: Caller; group: DatasetGroup }>({
    takes: "dataset group",
    work: ({ call, group }) => {
      checkNewRole(group.roleArn);
      return proveKeyAccess(context, call, group);
    },
  });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) => {
    state.groups.delete(arn);
    state.tags.delete(arn);
  });
  const describe = (group: DatasetGroup) => ({
    name: group.name,
    datasetGroupArn: group.arn,
    domain: group.domain,
    ...progress(group),
  });

  return {
    CreateDatasetGroup({ name = "", roleArn, kmsKeyArn, domain, tags }, call) {
      if ((roleArn === undefined) !== (kmsKeyArn === undefined)) {
        throw invalidInput("roleArn and kmsKeyArn must be given together, or neither.");
      }
      const state = store.of(call);
      const arn = arnOf(call, `dataset-group/${name}`);
      state.groups.refuseTaken(arn);
      state.groups.refuseOver(quotas.datasetGroups, "the Region");
      if (roleArn !== undefined) refuseUnusableRole(host, call, roleArn, arn);
      const group = addTagged(state, tags, state.groups, {
        arn,
        name,
        domain,
        roleArn,
        kmsKeyArn,
        ...notBegun(host),
      });
      create(group, `dataset group ${name}`, { call, group });
      return { datasetGroupArn: arn };
    },

    DescribeDatasetGroup({ datasetGroupArn }, call) {
      const group = store.of(call).groups.find(datasetGroupArn);
      return { datasetGroup: { ...describe(group), roleArn: group.roleArn, kmsKeyArn: group.kmsKeyArn } };
    },

    ListDatasetGroups(input, call) {
      const { items, nextToken } = listPage(store.of(call).groups.all(), input);
      return { datasetGroups: items.map(describe), nextToken };
    },

    DeleteDatasetGroup({ datasetGroupArn }, call) {
      const state = store.of(call);
      const group = state.groups.find(datasetGroupArn);
      refuseBusy(group, "DatasetGroup");
      refuseOccupied(state, group);
      remove(group, `dataset group ${group.name}`, { state, arn: group.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

/**
 * Trackers, filters, solutions, recommenders and datasets must be deleted first (API reference,
 * DeleteDatasetGroup; guide, "Cleaning up domain-based resources"; filters and attributions are
 * inferred).
 */
function refuseOccupied(state: PersonalizeState, { arn }: DatasetGroup): void {
  const children = [
    state.trackers,
    state.filters,
    state.attributions,
    state.solutions,
    state.recommenders,
    state.datasets,
  ]
    .flatMap((registry): { arn: string; groupArn: string }[] => registry.all())
    .filter(({ groupArn }) => groupArn === arn);
  if (children.length === 0) return;
  throw inUse(
    `DatasetGroup ${arn} still has ${children.map((child) => child.arn).join(", ")}. Delete them first and wait until their deletion has ended.`,
  );
}
