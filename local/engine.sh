# Source this file (`. local/engine.sh`) in the project's folder: it points the Pulumi CLI at the local account.
root=$(pwd)
mkdir -p "$root/local/.state/backend" "$root/local/.state/config"
# A copy of each stack's configuration: `stack init` and `stack rm` write to these files.
cp -n "$root"/Pulumi.*.yaml "$root/local/.state/config/"
# The project's own Node.js, and the provider of dynamic resources.
export PATH="$root/node_modules/.bin:$root/node_modules/@pulumi/pulumi:$PATH"
export PULUMI_BACKEND_URL="file://$root/local/.state/backend"
export PULUMI_CONFIG_PASSPHRASE=local
export PULUMI_SKIP_UPDATE_CHECK=true
# Types are checked by `npm run check`; without this the language host would check them again at each command.
export PULUMI_NODEJS_TRANSPILE_ONLY=true
# The `aws` provider is ./pulumi/plugin. What else the program's packages name (awsx, docker) has no use here: every command
# would look for it on the internet first, seconds where there is none.
export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
# Quicker commands: compiled modules are kept. Providers are killed before they could keep theirs, and the language host
# keeps its own under other flags, which make them useless to others: so the SDK is compiled here, once.
export NODE_COMPILE_CACHE="$root/local/.state/compile-cache"
[ -d "$NODE_COMPILE_CACHE" ] || node -e 'require("@pulumi/pulumi")'
export AWS_ENDPOINT_URL="http://127.0.0.1:${PORT:-4566}"
export AWS_REGION="${AWS_REGION:-eu-west-1}"
export AWS_ACCESS_KEY_ID=000000000000
export AWS_SECRET_ACCESS_KEY=local
unset AWS_PROFILE AWS_SESSION_TOKEN root
