# In the project's folder, `. local/engine.sh` sets up this shell for `pulumi -C local …`.
# `npx recommender pulumi …` does the same for one command, from any folder.
eval "$(node_modules/.bin/node cli/recommender.cjs environment)"
