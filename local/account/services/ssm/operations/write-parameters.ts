import { Fault } from "../../../aws/fault";
import { readTagList } from "../../../aws/tags";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import {
  checkName,
  invalid,
  keptVersions,
  keyOf,
  type Parameter,
  type Parameters,
  type ParameterVersion,
  parameterArn,
  requireParameter,
} from "../state/parameter";
import { checkValue, createSecureValues } from "../state/values";

/**
 * Standard parameters of an account in a Region (General Reference, "AWS Systems Manager endpoints
 * and quotas").
 */
const parameterLimit = 10_000;

/** Writes and deletes parameters. */
export function writeHandlers(host: Host, parametersOf: (call: Caller) => Parameters) {
  const secure = createSecureValues(host);
  return {
    async PutParameter(input, call) {
      const { Name: name = "", Value = "", Overwrite = false, Tags = [] } = input;
      const parameters = parametersOf(call);
      const arn = parameterArn(call, name);
      checkName(name, arn);
      if (Overwrite && Tags.length > 0) throw tagsWithOverwrite();
      const known = parameters.get(keyOf(name))?.version;
      const type = readType(input.Type, known);
      const tier = input.Tier ?? known?.tier ?? "Standard";
      checkValue({ ...input, AllowedPattern: input.AllowedPattern ?? known?.allowedPattern }, tier);
      const stored =
        type === "SecureString"
          ? await secure.encrypt(call, arn, input.KeyId ?? known?.keyId, Value)
          : { keyId: undefined, value: Value };
      // Found again, because another call can have written it while KMS encrypted the value.
      const before = parameters.get(keyOf(name));
      checkWrite(parameters, before, Overwrite);
      const version: ParameterVersion = {
        number: (before?.version.number ?? 0) + 1,
        type,
        ...stored,
        tier,
        description: input.Description ?? known?.description,
        allowedPattern: input.AllowedPattern ?? known?.allowedPattern,
        modified: new Date(host.clock.now()),
        modifiedBy: call.principal.arn,
      };
      if (before) {
        before.version = version;
        before.history.push(version);
        before.history.splice(0, before.history.length - keptVersions);
      } else {
        const tags = new Map(readTagList(Tags));
        parameters.set(keyOf(name), { name, arn, version, history: [version], tags });
      }
      return { Version: version.number, Tier: tier };
    },

    DeleteParameter({ Name = "" }, call) {
      parametersOf(call).delete(keyOf(requireParameter(parametersOf(call), call, Name).name));
      return {};
    },
  } satisfies Handlers<Clients["ssm"]>;
}

function readType(asked: ParameterVersion["type"] | undefined, known: ParameterVersion | undefined) {
  const type = asked ?? known?.type;
  if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
  if (known && known.type !== type) {
    throw new Fault(
      "HierarchyTypeMismatchException",
      `The parameter type cannot be changed from ${known.type} to ${type}. Delete the parameter and create it again.`,
    );
  }
  return type;
}

const tagsWithOverwrite = () =>
  invalid(
    "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
  );

function checkWrite(parameters: Parameters, before: Parameter | undefined, overwrite: boolean): void {
  if (before && !overwrite) {
    throw new Fault(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  if (!before && parameters.size >= parameterLimit) {
    const message = `You have reached the limit of ${parameterLimit} parameters for this account and Region.`;
    throw new Fault("ParameterLimitExceeded", message);
  }
}
