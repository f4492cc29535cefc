#!/bin/sh
# shellcheck disable=SC2329 # a program may use only some of these functions
#
# Computes sha256 checksums with the tool that the node has.
#
# sum FILE...   Prints a line "<hex>  <path>" for each file.
# sum_lines     Does the same for the files below the current folder whose names are on standard input, one per line. Runs sha256sum in batches.
#
# The programs carry the mark of the cluster, so that `down` also ends a check whose connection is gone.
if command -v sha256sum >/dev/null; then
  sum() { RINGMASTER_MARK="${owner:-none}/sum/1" sha256sum -- "$@"; }
  sum_batches() { tr '\n' '\0' | RINGMASTER_MARK="${owner:-none}/sum/1" xargs -0 -r sha256sum --; }
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
  sum_batches() { while IFS= read -r line; do sum "$line"; done; }
fi

sum_lines() { freed sum_batches; }

# freed COMMAND...   Runs a command that reads files below the current folder, and frees it when it reads no file.
#
# A program that opens a named pipe in place of a file waits for a writer. `free_text` opens such pipes for reading and writing, which never waits, and
# closes them: the reader then reads an empty file, and the next list names the pipe. A device may have no end, so a sha256sum that reads one here is
# killed. The pauses grow up to a minute, because a look at a large tree takes time itself. When a lost connection ends the program, nothing ends this
# loop, so it ends after its pause. The pause carries the mark, so that `down` also ends the pause.
freed() {
  free_readers >/dev/null 2>&1 &
  freeing=$!
  "$@"
  set -- $?
  kill "$freeing"
  return "$1"
}

free_readers() {
  # A TERM that comes between the start of a process and its program is lost.
  trap 'kill -KILL "$!"; exit 0' TERM
  pause=2
  while [ -e "/proc/$$" ]; do
    RINGMASTER_MARK="${owner:-none}/sum/1" sleep "$pause" &
    wait "$!"
    pause=$((pause * 2))
    [ "$pause" -le 60 ] || pause=60
    find -L . \( -type p -o -type c -o -type b \) -exec sh -c "$free_text" sh {} +
  done
}

# The shell that find starts gets whole paths, so a name may have any bytes.
# shellcheck disable=SC2016
free_text='
  for special; do
    if [ -p "$special" ]; then
      true <>"$special"
      continue
    fi
    for open in /proc/[0-9]*/fd/3; do
      [ "$open" -ef "$special" ] && [ "${open%/fd/3}/cwd" -ef . ] && read -r name <"${open%/fd/3}/comm" && [ "$name" = sha256sum ] || continue
      open=${open#/proc/}
      kill -KILL "${open%%/*}"
    done
  done
'
