import type { Parameter as ParameterView } from "@aws-sdk/client-ssm";
import { parseArn } from "../../endpoint/arn";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import { onAny } from "../../endpoint/permission";
import type { Caller, Handlers, Host, Permissions, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { isUnder, metadata, passes, refuseFilters } from "./describe";
import {
  checkName,
  checkReadName,
  findParameter,
  invalid,
  keyOf,
  latest,
  type Parameter,
  type Parameters,
  type ParameterVersion,
  parameterArn,
  readSelector,
} from "./parameter";
import { checkValue, secureValues } from "./values";

const versionLimit = 100;
/** Standard parameters of an account in a Region (General Reference, "AWS Systems Manager endpoints and quotas"). */
const parameterLimit = 10_000;
const tagLimit = 50;

/** Parameter Store. Everything else of Systems Manager, and labels and parameter policies, answers 501. */
export function ssm(host: Host): Service<"ssm"> {
  const stores = host.store((): Parameters => new Map());
  return defineService({
    name: "ssm",
    iamPrefix: "ssm",
    validationError: "ValidationException",
    handlers: { ...writeHandlers(host, stores.of), ...readHandlers(host, stores.of), ...tagHandlers(stores.of) },
    permissions,
  });
}

/** Parameters that AWS publishes, and those that refer to secrets of Secrets Manager. */
const publicPaths = /^\/aws\/(service|reference\/secretsmanager)(\/|$)/;

function refusePublic(name: string): void {
  const [, path] = publicPaths.exec(name) ?? [];
  if (path !== undefined) throw notImplemented(`ssm parameters under /aws/${path}`);
}

type StoreOf = (call: Caller) => Parameters;

const notFound = (name: string) => new Fault("ParameterNotFound", `Parameter ${name} not found.`);

function require(storeOf: StoreOf, call: Caller, given: string): Parameter {
  const parameter = findParameter(storeOf(call), call, given);
  if (!parameter) throw notFound(given);
  return parameter;
}

function writeHandlers(host: Host, storeOf: StoreOf) {
  const secure = secureValues(host);
  return {
    async PutParameter(input, call) {
      const { Name: name = "", Value = "", Overwrite = false, Tags = [] } = input;
      const parameters = storeOf(call);
      const arn = parameterArn(call, name);
      checkName(name, arn);
      if (Overwrite && Tags.length > 0) {
        throw invalid(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        );
      }
      const before = parameters.get(keyOf(name));
      const known = before && latest(before);
      const type = readType(input.Type, known);
      const tier = input.Tier ?? known?.tier ?? "Standard";
      checkValue({ ...input, AllowedPattern: input.AllowedPattern ?? known?.allowedPattern }, tier);
      const stored =
        type === "SecureString"
          ? await secure.seal(call, arn, input.KeyId ?? known?.keyId, Value)
          : { keyId: undefined, value: Value };
      // Looked up again: another writer may have been here while KMS was asked.
      const parameter = parameters.get(keyOf(name)) ?? { name, arn, versions: [], tags: readTags(Tags) };
      if (parameter.versions.length > 0 && !Overwrite) {
        throw new Fault(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      }
      if (!parameters.has(name) && parameters.size >= parameterLimit) {
        const message = `You have reached the limit of ${parameterLimit} parameters for this account and Region.`;
        throw new Fault("ParameterLimitExceeded", message);
      }
      parameter.versions.push({
        number: (parameter.versions.at(-1)?.number ?? 0) + 1,
        type,
        ...stored,
        tier,
        description: input.Description ?? known?.description,
        allowedPattern: input.AllowedPattern ?? known?.allowedPattern,
        modified: new Date(host.clock.now()),
        modifiedBy: call.principal.arn,
      });
      if (parameter.versions.length > versionLimit) parameter.versions.shift();
      parameters.set(keyOf(name), parameter);
      return { Version: latest(parameter).number, Tier: tier };
    },

    DeleteParameter({ Name = "" }, call) {
      storeOf(call).delete(keyOf(require(storeOf, call, Name).name));
      return {};
    },

    DeleteParameters({ Names = [] }, call) {
      const parameters = storeOf(call);
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

function readHandlers(host: Host, storeOf: StoreOf) {
  const secure = secureValues(host);
  const view = async (call: Caller, parameter: Parameter, version: ParameterVersion, decrypted: boolean) =>
    ({
      Name: parameter.name,
      ARN: parameter.arn,
      Type: version.type,
      Value: decrypted && version.type === "SecureString" ? await secure.open(call, parameter, version) : version.value,
      Version: version.number,
      LastModifiedDate: version.modified,
      DataType: "text",
    }) satisfies ParameterView;

  const get = async (call: Caller, given: string, decrypted: boolean): Promise<ParameterView> => {
    refusePublic(given);
    const { name, version: number, selector } = readSelector(given);
    checkReadName(name);
    const parameter = require(storeOf, call, given);
    const version = number === undefined ? latest(parameter) : parameter.versions.find((v) => v.number === number);
    if (!version) {
      throw new Fault(
        "ParameterVersionNotFound",
        `Systems Manager could not find version ${number} of ${parameter.name}. Verify the version and try again.`,
      );
    }
    return {
      ...(await view(call, parameter, version, decrypted)),
      ...(selector === undefined ? {} : { Selector: selector }),
    };
  };

  return {
    GetParameter: async ({ Name = "", WithDecryption = false }, call) => ({
      Parameter: await get(call, Name, WithDecryption),
    }),

    async GetParameters({ Names = [], WithDecryption = false }, call) {
      const found: ParameterView[] = [];
      const missing: string[] = [];
      // A name that is given twice is answered once.
      for (const name of new Set(Names)) {
        try {
          found.push(await get(call, name, WithDecryption));
        } catch (error) {
          if (!(error instanceof Fault) || !/^Parameter(Version)?NotFound$/.test(error.code)) throw error;
          missing.push(name);
        }
      }
      return { Parameters: found, InvalidParameters: missing };
    },

    async GetParametersByPath(input, call) {
      const { Path = "", Recursive = false, ParameterFilters = [], WithDecryption = false } = input;
      if (!Path.startsWith("/")) {
        throw invalid(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        );
      }
      refusePublic(Path);
      refuseFilters(ParameterFilters, ["Type", "KeyId", "Label"]);
      const matching = [...storeOf(call).values()].filter(
        (parameter) =>
          isUnder(Path, parameter.name, Recursive) && ParameterFilters.every((filter) => passes(parameter, filter)),
      );
      const { items, next } = page(matching, ({ name }) => name, {
        token: input.NextToken,
        limit: input.MaxResults ?? 10,
      });
      const views = items.map((parameter) => view(call, parameter, latest(parameter), WithDecryption));
      return { Parameters: await Promise.all(views), NextToken: next };
    },

    async GetParameterHistory({ Name = "", WithDecryption = false, MaxResults = 50, NextToken }, call) {
      const parameter = require(storeOf, call, Name);
      const { items, next } = page(parameter.versions, ({ number }) => String(number).padStart(9, "0"), {
        token: NextToken,
        limit: MaxResults,
      });
      const history = items.map(async (version) => ({
        ...(await view(call, parameter, version, WithDecryption)),
        KeyId: version.keyId,
        LastModifiedUser: version.modifiedBy,
        Description: version.description,
        AllowedPattern: version.allowedPattern,
        Labels: [],
        Tier: version.tier,
        Policies: [],
      }));
      return {
        Parameters: (await Promise.all(history)).map(({ ARN: _arn, ...entry }) => entry),
        NextToken: next,
      };
    },

    DescribeParameters({ Filters = [], ParameterFilters = [], MaxResults = 10, NextToken, Shared }, call) {
      if (Filters.length > 0) throw notImplemented("ssm:DescribeParameters Filters");
      if (Shared) throw notImplemented("ssm:DescribeParameters Shared");
      const matching = [...storeOf(call).values()].filter((parameter) =>
        ParameterFilters.every((filter) => passes(parameter, filter)),
      );
      const { items, next } = page(matching, ({ name }) => name, { token: NextToken, limit: MaxResults });
      return { Parameters: items.map(metadata), NextToken: next };
    },
  } satisfies Handlers<Clients["ssm"]>;
}

const readTags = (tags: readonly { Key: string | undefined; Value: string | undefined }[]) =>
  new Map(tags.map(({ Key = "", Value = "" }) => [Key, Value]));

function tagHandlers(storeOf: StoreOf) {
  const tagged = (call: Caller, type: string | undefined, id: string | undefined): Parameter => {
    if (type !== "Parameter") throw notImplemented(`ssm tags of ${type}`);
    const parameter = storeOf(call).get(keyOf(id ?? ""));
    if (!parameter)
      throw new Fault(
        "InvalidResourceId",
        `The resource ID ${id} isn't valid. Verify that you entered the correct ID and try again.`,
      );
    return parameter;
  };
  return {
    AddTagsToResource({ ResourceType, ResourceId, Tags = [] }, call) {
      const parameter = tagged(call, ResourceType, ResourceId);
      const tags = new Map([...parameter.tags, ...readTags(Tags)]);
      if (tags.size > tagLimit) throw new Fault("TooManyTagsError", `A parameter may have ${tagLimit} tags.`);
      parameter.tags = tags;
      return {};
    },
    RemoveTagsFromResource({ ResourceType, ResourceId, TagKeys = [] }, call) {
      const parameter = tagged(call, ResourceType, ResourceId);
      for (const key of TagKeys) parameter.tags.delete(key);
      return {};
    },
    ListTagsForResource({ ResourceType, ResourceId }, call) {
      const { tags } = tagged(call, ResourceType, ResourceId);
      return { TagList: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies Handlers<Clients["ssm"]>;
}

/** Without the version; an ARN keeps its account and Region. */
const nameOf = (given = "") => {
  const { name, selector = "" } = readSelector(given);
  return parseArn(given) ? given.slice(0, given.length - selector.length) : name;
};
const onNames = (operation: string) => (input: { Names?: string[] | undefined }, call: Caller) =>
  (input.Names ?? []).map((name) => ({ action: `ssm:${operation}`, resource: parameterArn(call, nameOf(name)) }));
const onName = (operation: string) => (input: { Name?: string | undefined }, call: Caller) => [
  { action: `ssm:${operation}`, resource: parameterArn(call, nameOf(input.Name)) },
];
const onResource = (operation: string) => (input: { ResourceId?: string | undefined }, call: Caller) => [
  { action: `ssm:${operation}`, resource: parameterArn(call, input.ResourceId) },
];

/** Actions and resources as the Service Authorization Reference lists them; DescribeParameters has none. */
const permissions = {
  PutParameter: onName("PutParameter"),
  GetParameter: onName("GetParameter"),
  GetParameters: onNames("GetParameters"),
  GetParametersByPath: (input, call) => [
    { action: "ssm:GetParametersByPath", resource: parameterArn(call, input.Path) },
  ],
  GetParameterHistory: onName("GetParameterHistory"),
  DeleteParameter: onName("DeleteParameter"),
  DeleteParameters: onNames("DeleteParameters"),
  AddTagsToResource: onResource("AddTagsToResource"),
  RemoveTagsFromResource: onResource("RemoveTagsFromResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
  DescribeParameters: onAny("ssm:DescribeParameters"),
} satisfies Partial<Permissions<Clients["ssm"]>>;
