#!/bin/sh
# Computes sha256 checksums with the tool that the node has.
#
# sum FILE...   Prints a line "<hex>  <path>" for each file.
# sum_lines     Does the same for the files whose names are on standard input, one per line. Runs sha256sum in batches.
#
# The programs carry the mark of the cluster, so that `down` also ends a check whose connection is gone.
if command -v sha256sum >/dev/null; then
  # shellcheck disable=SC2329 # a program may use only one of the two
  sum() { RINGMASTER_MARK="${owner:-none}/sum/1" sha256sum -- "$@"; }
  # shellcheck disable=SC2329
  sum_lines() { tr '\n' '\0' | RINGMASTER_MARK="${owner:-none}/sum/1" xargs -0 -r sha256sum --; }
else
  if command -v shasum >/dev/null; then
    sum() { shasum -a 256 -- "$@"; }
  elif command -v openssl >/dev/null; then
    sum() {
      for file in "$@"; do
        hex=$(openssl dgst -sha256 -r -- "$file") || return 1
        echo "${hex%% *}  $file"
      done
    }
  else
    echo 'sha256sum: not found' >&2
    exit "$EXIT_NO_TOOL"
  fi
  # shellcheck disable=SC2329
  sum_lines() { while IFS= read -r line; do sum "$line"; done; }
fi
