import { paginateListSchemas } from "@aws-sdk/client-personalize";
import { schemaText, userFields } from "../../../personalize/pets.ts";
import { countIn, fill } from "../making.ts";
import { describing, listing, type Operations, removing, type Suite } from "../operation.ts";

export function schemaOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const schemaArn = fixture.schema;
  return {
    CreateSchema: {
      send: (c) => p.createSchema({ name: `${run}-Users`, schema: schemaText("Users", userFields), ...c }),
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
    DescribeSchema: describing((c) => p.describeSchema({ schemaArn, ...c }), "schemaArn", schemaArn),
    ListSchemas: listing((c) => p.listSchemas({ ...c })),
    DeleteSchema: removing((c) => p.deleteSchema({ schemaArn, ...c }), "schemaArn", schemaArn, {}),
  };
}
