# Source this file (`. local/engine.sh`) in the project's folder to use `pulumi -C local …` in this shell.
# `npx recommender pulumi …` does the same for one command, from any folder.
eval "$(node_modules/.bin/node cli/recommender.cjs environment)"
