import * as pulumi from "@pulumi/pulumi";
import { bundleProvider } from "../bundle/provider-bundle";
import { createStoredProvider } from "../bundle/stored-provider";
import { addDefaultTags, createOwnerTags, findAwsAccount } from "./program-facts";

/** Arguments of every resource. */
export interface CommonArgs {
  /**
   * Start of the name in the service, 1 to 63 letters, digits, `-` and `_`; a hash of the inputs
   * that replace the resource completes it. Changing this replaces the resource.
   */
  name: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Limit of one create, update or delete. @default the kind's, in its constructor */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The settings that a kind gives the base class. */
export interface ResourceKind {
  /**
   * Last part of the resource type: `pulumi-nodejs:dynamic/personalize:<type>`. Fixed for ever. It
   * names the kind as well: the provider of `EventTracker` is `eventTrackerKind` in
   * event-tracker.ts.
   */
  type: string;
  /** Default of `timeoutSeconds`. */
  timeoutSeconds: number;
  /** Outputs in addition to `arn` and `physicalName`. */
  outputs?: readonly string[];
  /** The service lets the resource have tags. @default true */
  hasTags?: boolean;
}

/** One object for all resources of a type: Pulumi serialises each provider object once. */
const providers = new Map<string, pulumi.dynamic.ResourceProvider>();

function findProvider(type: string): pulumi.dynamic.ResourceProvider {
  const provider = providers.get(type) ?? createStoredProvider(bundleProvider(type));
  providers.set(type, provider);
  return provider;
}

/**
 * The resource's URN, which Pulumi passes to no provider; it drops an input with the name `urn`. A
 * promise, because an output would make the resource depend on its parent, which waits for its
 * children.
 */
function findUrn(name: string, type: string, opts: pulumi.ResourceOptions | undefined): Promise<string> {
  const urn = pulumi.createUrn(name, `pulumi-nodejs:dynamic/personalize:${type}`, opts?.parent);
  return new Promise((resolve) => urn.apply(resolve));
}

/** The base class of all Personalize resources. */
export abstract class PersonalizeResource extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; an output with this name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;

  constructor(
    { type, timeoutSeconds, outputs = [], hasTags = true }: ResourceKind,
    name: string,
    args: Partial<CommonArgs>,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    const inputs = {
      ...args,
      timeoutSeconds: args.timeoutSeconds ?? timeoutSeconds,
      providerVersion: "2",
      account: findAwsAccount(opts),
      resourceUrn: findUrn(name, type, opts),
      ...(hasTags && { tags: addDefaultTags(args.tags ?? {}), ownerTags: createOwnerTags(name) }),
    };
    // Pulumi sets only the outputs that are listed here (pulumi/pulumi#5174).
    const unset = Object.fromEntries(["physicalName", ...outputs].map((output) => [output, undefined]));
    super(findProvider(type), name, { ...inputs, ...unset }, opts, "personalize", type);
    this.arn = this.id;
  }
}
