import { paginateListSchemas } from "@aws-sdk/client-personalize";
import { userFields, writeSchema } from "../../../personalize/pets.ts";
import { countIn, fill } from "../making.ts";
import { type Operations, type Suite, testDelete, testDescribe, testList } from "../operation.ts";

export function schemaOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const schemaArn = fixture.schema;
  return {
    CreateSchema: {
      send: (c) => p.createSchema({ name: `${run}-Users`, schema: writeSchema("Users", userFields), ...c }),
      once: true,
      errors: {
        InvalidInputException: () => ({ name: making.fresh(), schema: "{}" }),
        ResourceAlreadyExistsException: {},
      },
      quota: {
        of: "500 schemas in a Region",
        async fill() {
          const pages = paginateListSchemas({ client: p }, {});
          await fill(500, await countIn(pages, ({ schemas }) => schemas), making.userSchema);
          return { name: making.fresh() };
        },
      },
    },
    DescribeSchema: testDescribe((c) => p.describeSchema({ schemaArn, ...c }), "schemaArn", schemaArn),
    ListSchemas: testList((c) => p.listSchemas({ ...c })),
    DeleteSchema: testDelete((c) => p.deleteSchema({ schemaArn, ...c }), "schemaArn", schemaArn, {}),
  };
}
