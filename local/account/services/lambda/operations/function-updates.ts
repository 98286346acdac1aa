import { randomUUID } from "node:crypto";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Runner } from "../execution/runner";
import { refuseMembers } from "../refuse-members";
import { describeVersion } from "../state/describe-version";
import { type FunctionVersion, findFunction, type Revision } from "../state/function";
import { functionArn } from "../state/function-name";
import { requireIdle, requireRevision } from "../state/preconditions";
import { readSettings } from "../state/settings";
import { transition } from "../state/transition";
import type { FunctionParts } from "./functions";
import { createRevision, unsupported } from "./revision";

/** Changes the code and the settings of functions. */
export function functionUpdateHandlers({ host, functions, source, runner, publisher }: FunctionParts) {
  const update = createUpdate(host, runner);
  return {
    async UpdateFunctionCode(input, call) {
      refuseMembers("UpdateFunctionCode", input, ["PublishTo"]);
      const fn = findFunction(functions, call, input);
      const version = fn.unpublished;
      requireIdle(version);
      requireRevision(version, input.RevisionId);
      const { Architectures, ...given } = input;
      const code = await source.load(call, "UpdateFunctionCode", given);
      // While a large zip is unpacked another update may have begun.
      requireIdle(version);
      if (input.DryRun) return describeVersion({ ...version, latest: { ...version.latest, code } }, fn.arn);
      const { settings } = version.latest;
      const changed = Architectures ? { ...settings, architectures: Architectures } : settings;
      update(version, { ...version.latest, code, settings: changed });
      if (!input.Publish) return describeVersion(version, fn.arn);
      const published = publisher.publishNew(fn);
      return describeVersion(published, functionArn(fn, fn.name, published.version));
    },

    async UpdateFunctionConfiguration(input, call) {
      refuseMembers("UpdateFunctionConfiguration", input, unsupported);
      const fn = findFunction(functions, call, input);
      const version = fn.unpublished;
      requireIdle(version);
      requireRevision(version, input.RevisionId);
      const settings = readSettings(fn.name, input, version.latest.settings);
      update(version, await createRevision(host, call, fn.name, settings, version.latest.code));
      return describeVersion(version, fn.arn);
    },
  } satisfies Handlers<Clients["lambda"]>;
}

/** Switches to the new revision when the update ends; until then the old one is invoked. */
function createUpdate(host: Host, runner: Runner): (version: FunctionVersion, revision: Revision) => void {
  const { clock } = host;
  const endAt = host.transition<FunctionVersion>("lambda: update", (version) => {
    version.live = version.latest;
    version.lastUpdate = "Successful";
    version.revisionId = randomUUID();
    return runner.retire(version);
  });
  return (version, revision) => {
    version.latest = revision;
    version.lastModified = clock.now();
    version.revisionId = randomUUID();
    version.lastUpdate = "InProgress";
    endAt(clock.now() + transition, `lambda: ${version.fn.name} is updated`, version);
  };
}
