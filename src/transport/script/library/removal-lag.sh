#!/bin/sh
# The removal time of a node, as src/domain/cluster/removal-time.ts describes it for home: it follows the node's clock, but a step of the clock by more than a
# day does not move it. So a step makes no file old, and a removed file does not come back.
#
# removal_lag  Sets `lag` to the minutes by which the removal time is behind the clock. The file .removal has the removal time and the clock of the last look.
#              The first look of all believes the clock.
# shellcheck disable=SC2034 # lag is used by the caller
removal_lag() {
  [ -d "$FOLDER_FENCES" ] || mkdir -p "$FOLDER_FENCES" || exit 1
  note=$FOLDER_FENCES/.removal
  clock=$(date +%s)
  at=
  [ ! -f "$note" ] || read -r at looked <"$note"
  case $at-$looked in
    -* | *- | *[!0-9-]*) at=$clock ;;
    *)
      passed=$((clock - looked))
      if [ "$passed" -gt 0 ] && [ "$passed" -le 86400 ]; then at=$((at + 2 * passed)); fi
      if [ "$at" -gt "$clock" ]; then at=$clock; fi
      ;;
  esac
  echo "$at $clock" >"$note.$$" && mv -f "$note.$$" "$note" || exit 1
  lag=$(((clock - at + 59) / 60))
}
