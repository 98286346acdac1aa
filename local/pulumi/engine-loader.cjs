// Loads TypeScript exactly as Pulumi's Node.js language host does: its vendored ts-node with the project's TypeScript.
// Serialised closures depend on the loader (under tsx they come out longer), so text is only judged under this one.
require("@pulumi/pulumi/vendor/ts-node@7.0.1").register({
  compiler: "typescript",
  transpileOnly: true,
  project: require("node:path").join(__dirname, "../../tsconfig.json"),
});
