import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DynamicProvider, type Properties, startProvider, textOf } from "./dynamic-provider.mts";

// Nothing listens at the endpoint: what these do, they do without the service.
let provider: DynamicProvider;
let inputs: Properties;
beforeAll(async () => {
  provider = await startProvider("http://127.0.0.1:1");
  inputs = {
    name: "recommender-dev-available",
    datasetGroupArn: "arn:aws:personalize:eu-west-1:000000000000:dataset-group/pets",
    filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
    tags: { team: "pets" },
    ownerTags: { "pulumi:stack": "dev" },
    timeoutSeconds: 5,
    providerVersion: "1",
    __provider: await textOf("Filter"),
  };
});
afterAll(() => provider.kill());

const id = "arn:aws:personalize:eu-west-1:000000000000:filter/recommender-dev-available-00000000";
const state = () => ({ ...inputs, arn: id, physicalName: "recommender-dev-available-00000000" });

test("another version of the provider brings its text into the state, without a call", async () => {
  const news = { ...inputs, providerVersion: "2", __provider: `${inputs.__provider}\n// version 2` };

  expect(await provider.diff(id, state(), news)).toMatchObject({ changes: true, replaces: [] });
  expect(await provider.update(id, state(), news)).toEqual({ ...state(), ...news });
});

test("an error of the service names the resource, and never empties the state", async () => {
  const service = createServer((_request, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ __type: "AccessDeniedException", message: "Not you." }));
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const refused = await startProvider(`http://127.0.0.1:${(service.address() as AddressInfo).port}`);
  try {
    await expect(refused.read(id, state())).rejects.toThrow(
      'Filter "recommender-dev-available": reading failed. Amazon Personalize returned: AccessDeniedException: Not you. ' +
        "Allow the action to the credentials that run Pulumi, then run Pulumi again.",
    );
  } finally {
    await refused.kill();
    service.closeAllConnections();
    service.close();
  }
});
