#!/bin/sh
# Removes old files of games from the dataset of a pipeline.
#
# Arguments: the pipeline, the first turn that stays, the age in minutes (0: any age), the greatest number of files.
# Standard output: "FILES BYTES", or nothing when no file is old.
pipeline=$1
before=$2
minutes=$3
max=$4
folder=$FOLDER_DATASETS/games-$pipeline
[ -d "$folder" ] || exit 0
# The next steps read lines.
newline='
'
set -- "$folder" -mindepth 1 -maxdepth 1 -type f -name "$pipeline.*.self-play.*.games.ndjson" ! -name "*$newline*"
if [ "$minutes" != 0 ]; then
  removal_lag
  set -- "$@" -mmin "+$((minutes + lag))"
fi
old=$(
  find "$@" -exec stat -c '%s %n' {} + | awk -v max="$max" -v before="$before" -v prefix="$folder/$pipeline." '
    {
      rest = substr($0, length($1) + 2 + length(prefix))
      if (rest !~ /^[0-9]+\.self-play\.[0-9]+(r[0-9]+)?\.games\.ndjson$/ || rest + 0 >= before + 0 || n >= max + 0) next
      n += 1
      print
    }'
)
[ -n "$old" ] || exit 0
printf '%s\n' "$old" | cut -d ' ' -f 2 | xargs rm -f || exit 1
printf '%s\n' "$old" | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'
