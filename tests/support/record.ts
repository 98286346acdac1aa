// Records what a program registers. Mocks prove inputs, not the engine's behaviour: the engine
// tests prove diffs and transforms.
import * as pulumi from "@pulumi/pulumi";

/** A resource as it was registered; inputs are unwrapped, so a secret is its plain value. */
export interface Recorded {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  custom: boolean;
  /** The time limit of its deletion, such as `5m`. */
  deleteTimeout: string | undefined;
}

/** The request with which the SDK registers a resource, as far as tests read it. */
interface Request {
  getType(): string;
  getName(): string;
  getCustomtimeouts(): { getDelete(): string } | undefined;
}
interface Monitor {
  registerResource(request: Request, callback: unknown): unknown;
}
/** What the SDK's types leave out. */
const runtime = pulumi.runtime as unknown as {
  getMonitor(): Monitor;
  setMockOptions(monitor: Monitor, project: string, stack: string): void;
  waitForRPCs(): Promise<void>;
};

export interface Recording {
  readonly resources: Recorded[];
  /** The resources of one type, sorted by name. */
  of(type: string): Recorded[];
  /** The one resource of this type and name; throws when there is none or more. */
  one(type: string, name: string): Recorded;
}

export interface Recorder extends Recording {
  /**
   * Records again, after another file of the process has called `record`: the mocks are the
   * process's.
   */
  resume(): void;
  /** What was recorded of one of several stacks, whose resources' names begin with its own. */
  stack(name: string): Recording;
}

/** Keys of the objects that the mocked buckets already have. */
export const storedKeys: string[] = [];

/** ARNs and ids of the mocked account; no test depends on their form. */
export const account = "123456789012";

/**
 * Sets the mocks for this file's process. Call it before the first import that constructs a
 * resource. Dynamic resources get the outputs of the service from `arn:aws:personalize:…`, AWS
 * resources from their name.
 */
export function record({ project = "recommender", stack = "test" } = {}): Recorder {
  const resources: Recorded[] = [];
  const requests = new Map<string, Request>();
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs, custom }) {
      const plain = unwrap(inputs) as Record<string, unknown>;
      const request = requests.get(`${type} ${name}`);
      resources.push({
        type,
        name,
        inputs: plain,
        custom: custom ?? true,
        deleteTimeout: request?.getCustomtimeouts()?.getDelete(),
      });
      const made = createOutputs(type, name, plain);
      // The ids of our dynamic resources are their ARNs.
      const id = type.startsWith(dynamicPrefix) ? String(made.arn) : `${name}-id`;
      return { id, state: { ...plain, ...made } };
    },
    call({ token, inputs }) {
      switch (token) {
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return { accountId: account, arn: `arn:aws:iam::${account}:root`, userId: account, id: account };
        case "aws:index/getRegion:getRegion":
          return { region: "eu-west-1", id: "eu-west-1" };
        case "aws:ec2/getSubnet:getSubnet":
          return { id: inputs.id, availabilityZone: inputs.id === "subnet-a" ? "eu-west-1a" : "eu-west-1b" };
        case "aws:ec2/getVpcEndpointService:getVpcEndpointService":
          // Not every service has endpoints in every zone.
          return {
            id: inputs.serviceName,
            availabilityZones: String(inputs.serviceName).endsWith(".personalize-events")
              ? ["eu-west-1b"]
              : ["eu-west-1a", "eu-west-1b"],
          };
        case "aws:s3/getObjects:getObjects":
          return { keys: storedKeys.filter((key) => key.startsWith(String(inputs.prefix))) };
        case "aws:ec2/getSubnets:getSubnets":
          return { ids: readFilter(inputs, "subnet-id") ?? ["subnet-1", "subnet-2", "subnet-3"] };
        case "aws:ec2/getSecurityGroups:getSecurityGroups":
          return { ids: readFilter(inputs, "group-id") };
        case "aws:ec2/getRouteTables:getRouteTables":
          return { ids: ["rtb-main", "rtb-open"] };
        case "aws:ec2/getRouteTable:getRouteTable":
          return inputs.routeTableId === "rtb-open"
            ? { routes: [{ gatewayId: "igw-1" }], associations: [{ subnetId: "subnet-3", main: false }] }
            : { routes: [{ gatewayId: "local" }], associations: [{ subnetId: "", main: true }] };
        default:
          throw new Error(`The invoke ${token} is not mocked.`);
      }
    },
  };
  pulumi.runtime.setMocks(mocks, project, stack);
  const monitor = runtime.getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.set(`${request.getType()} ${request.getName()}`, request);
    return register(request, callback);
  };
  return {
    ...readResources(resources),
    resume() {
      if (runtime.getMonitor() !== monitor) runtime.setMockOptions(monitor, project, stack);
    },
    stack: (name) => readResources(resources.filter((each) => each.custom && each.name.startsWith(`${name}-`))),
  };
}

function readResources(resources: Recorded[]): Recording {
  const of = (type: string) =>
    resources.filter((each) => each.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    resources,
    of,
    one(type, name) {
      const found = of(type).filter((each) => each.name === name);
      const [only] = found;
      if (!only || found.length > 1) {
        const names = of(type).map((each) => each.name);
        throw new Error(`${found.length} resources ${type} "${name}"; there are: ${names.join(", ") || "none"}`);
      }
      return only;
    },
  };
}

/** Returns the values of a filter, all of which are in the mocked VPC. */
function readFilter({ filters }: Record<string, unknown>, name: string): string[] | undefined {
  return (filters as { name: string; values: string[] }[]).find((filter) => filter.name === name)?.values;
}

/**
 * Resolves when everything begun so far has been registered: an awaited output alone says nothing
 * of its siblings.
 */
export const waitForRegistrations = (): Promise<void> => runtime.waitForRPCs();

/** The value of an output. */
export function waitForOutput<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

const dynamicPrefix = "pulumi-nodejs:dynamic/personalize:";

function createOutputs(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const physical = String(inputs.name ?? inputs.bucket ?? name);
  if (type.startsWith(dynamicPrefix)) {
    const kind = type.split(":").pop() ?? "";
    return {
      arn: `arn:aws:personalize:eu-west-1:${account}:${kind}/${name}`,
      ...(kind === "EventTracker" ? { trackingId: "11111111-2222-3333-4444-555555555555" } : {}),
    };
  }
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  return {
    arn: service === "s3" ? `arn:aws:s3:::${physical}` : `arn:aws:${service}:eu-west-1:${account}:${physical}`,
    // A remote component: its outputs come from a provider that is not here.
    ...(type === "awsx:ec2:Vpc"
      ? { vpcId: "vpc-new", isolatedSubnetIds: ["subnet-a", "subnet-b"], routeTables: [] }
      : {}),
    ...(type === "aws:kms/key:Key" ? { keyId: `${name}-key-id` } : {}),
    ...(type === "aws:lambda/eventSourceMapping:EventSourceMapping" ? { uuid: "mapping-uuid" } : {}),
  };
}

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (value === null || typeof value !== "object" || pulumi.asset.Asset.isInstance(value)) return value;
  if (pulumi.asset.Archive.isInstance(value)) return value;
  const fields = value as Record<string, unknown>;
  if (fields[signature] === secret) return unwrap(fields.value);
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, unwrap(inner)]));
}
