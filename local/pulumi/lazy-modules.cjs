// Loaded by the language host before the program (../Pulumi.yaml). @pulumi/pulumi loads npm's tree reader and the
// automation API at once, 700 modules that a preview of this program never uses: about 8 % of its time. Here they are loaded
// when something of them is used.
const Module = require("node:module");

const unused = ["@npmcli/arborist", "./automation"];
const load = Module._load;

Module._load = function loadModule(request, parent, isMain) {
  const ofPulumi = /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "");
  if (!ofPulumi || !unused.includes(request)) return load.call(Module, request, parent, isMain);
  let loaded;
  const open = () => {
    loaded ??= load.call(Module, request, parent, isMain);
    return loaded;
  };
  return new Proxy(
    {},
    {
      // Compiled imports ask for this one at once.
      get: (_target, key) => (key === "__esModule" ? true : open()[key]),
      has: (_target, key) => key in open(),
    },
  );
};
