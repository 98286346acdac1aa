// Loaded before the program, by the language host (../Pulumi.yaml) and by ./deploy.ts. It makes
// @pulumi/pulumi quicker in two ways.

// 1. The SDK loads npm's tree reader and the automation API at once, 700 modules that a preview of
// this program never uses: about 8 % of its time. Here they are loaded when something of them is
// used.
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

// 2. The SDK writes down a stack trace for every promise, to report one that is never settled;
// ts-node maps each: a tenth of the time of a preview. Errors keep theirs.
const debuggable = require("@pulumi/pulumi/runtime/debuggable");
const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = function withoutStackTrace(...args) {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(...args);
  } finally {
    Error.stackTraceLimit = limit;
  }
};
