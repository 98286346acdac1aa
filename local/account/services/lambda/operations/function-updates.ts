import { randomUUID } from "node:crypto";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Runner } from "../execution/runner";
import { refuseMembers } from "../refuse-members";
import { describeFunction } from "../state/describe-function";
import { findFunction, type LambdaFunction, type Revision } from "../state/function";
import { requireIdle } from "../state/preconditions";
import { readSettings } from "../state/settings";
import { transition } from "../state/transition";
import type { FunctionParts } from "./functions";
import { createRevision, unsupported } from "./revision";

/** Changes the code and the settings of functions. */
export function functionUpdateHandlers({ host, functions, source, runner }: FunctionParts) {
  const update = createUpdate(host, runner);
  return {
    async UpdateFunctionCode(input, call) {
      refuseMembers("UpdateFunctionCode", input, ["Publish", "PublishTo", "RevisionId", "DryRun"]);
      const fn = findFunction(functions, call, input);
      requireIdle(fn);
      const { Architectures, ...given } = input;
      const code = await source.load(call, "UpdateFunctionCode", given);
      // While a large zip is unpacked another update may have begun.
      requireIdle(fn);
      const { settings } = fn.latest;
      const changed = Architectures ? { ...settings, architectures: Architectures } : settings;
      update(fn, { ...fn.latest, code, settings: changed });
      return describeFunction(fn);
    },

    async UpdateFunctionConfiguration(input, call) {
      refuseMembers("UpdateFunctionConfiguration", input, [...unsupported, "RevisionId"]);
      const fn = findFunction(functions, call, input);
      requireIdle(fn);
      const settings = readSettings(input, fn.latest.settings);
      update(fn, await createRevision(host, call, fn.name, settings, fn.latest.code));
      return describeFunction(fn);
    },
  } satisfies Handlers<Clients["lambda"]>;
}

/** Switches to the new revision when the update ends; until then the old one is invoked. */
function createUpdate(host: Host, runner: Runner): (fn: LambdaFunction, revision: Revision) => void {
  const { clock } = host;
  return (fn, revision) => {
    fn.latest = revision;
    fn.lastModified = clock.now();
    fn.revisionId = randomUUID();
    fn.lastUpdate = "InProgress";
    const end = () => {
      fn.live = fn.latest;
      fn.lastUpdate = "Successful";
      fn.revisionId = randomUUID();
      return runner.retire(fn);
    };
    clock.at(clock.now() + transition, `lambda: ${fn.name} is updated`, end, "transition");
  };
}
