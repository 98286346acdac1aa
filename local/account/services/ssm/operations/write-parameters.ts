import { Fault } from "../../../aws/fault";
import { readTagList } from "../../../aws/tags";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import {
  checkName,
  invalid,
  keyOf,
  latestVersion,
  type Parameter,
  type Parameters,
  type ParameterVersion,
  parameterArn,
  requireParameter,
} from "../state/parameter";
import { checkValue, createSecureValues } from "../state/values";

const versionLimit = 100;
/** Standard parameters of an account in a Region (General Reference, "AWS Systems Manager endpoints and quotas"). */
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
      const before = parameters.get(keyOf(name));
      const known = before && latestVersion(before);
      const type = readType(input.Type, known);
      const tier = input.Tier ?? known?.tier ?? "Standard";
      checkValue({ ...input, AllowedPattern: input.AllowedPattern ?? known?.allowedPattern }, tier);
      const stored =
        type === "SecureString"
          ? await secure.encrypt(call, arn, input.KeyId ?? known?.keyId, Value)
          : { keyId: undefined, value: Value };
      // Found again, because another call can have written it while KMS encrypted the value.
      const parameter = parameters.get(keyOf(name)) ?? { name, arn, versions: [], tags: new Map(readTagList(Tags)) };
      checkWrite(parameters, parameter, Overwrite);
      addVersion(parameter, {
        type,
        ...stored,
        tier,
        description: input.Description ?? known?.description,
        allowedPattern: input.AllowedPattern ?? known?.allowedPattern,
        modified: new Date(host.clock.now()),
        modifiedBy: call.principal.arn,
      });
      parameters.set(keyOf(name), parameter);
      return { Version: latestVersion(parameter).number, Tier: tier };
    },

    DeleteParameter({ Name = "" }, call) {
      parametersOf(call).delete(keyOf(requireParameter(parametersOf(call), call, Name).name));
      return {};
    },

    DeleteParameters({ Names = [] }, call) {
      const parameters = parametersOf(call);
      const deleted = Names.filter((name) => parameters.delete(keyOf(name)));
      return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
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

function checkWrite(parameters: Parameters, { name, versions }: Parameter, overwrite: boolean): void {
  if (versions.length > 0 && !overwrite) {
    throw new Fault(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  if (!parameters.has(name) && parameters.size >= parameterLimit) {
    const message = `You have reached the limit of ${parameterLimit} parameters for this account and Region.`;
    throw new Fault("ParameterLimitExceeded", message);
  }
}

function addVersion({ versions }: Parameter, version: Omit<ParameterVersion, "number">): void {
  versions.push({ number: (versions.at(-1)?.number ?? 0) + 1, ...version });
  if (versions.length > versionLimit) versions.shift();
}
