#!/bin/sh
# The payload of the conformance suite. Its arguments are instructions, which it follows in the output folder. In `../scripted/instructions.ts` the
# same instructions have the same meaning without a process.
#   print TEXT        prints a line on stdout
#   part TEXT         prints without the newline
#   write PATH TEXT   writes an output file
#   take INPUT PATH   copies an input to an output
#   manifest          writes manifest.json, which lists all output files
#   sleep SECONDS     sleeps
#   exit CODE         exits with this code
#   child             starts a process in our group
#   escape            starts a process that leaves our group
#   hang              never ends by itself
#   stubborn          ignores TERM from here on
#   die               kills itself with KILL
cd "$RINGMASTER_OUTPUT" || exit 1
while [ $# -gt 0 ]; do
  instruction=$1
  shift
  case $instruction in
    print) echo "$1"; shift ;;
    part) printf %s "$1"; shift ;;
    write) mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"; shift 2 ;;
    take) cat "$RINGMASTER_INPUT/$1" >"$2"; shift 2 ;;
    sleep) sleep "$1"; shift ;;
    exit) exit "$1" ;;
    child) sleep 300 & ;;
    escape) setsid sleep 300 & ;;
    stubborn) trap '' TERM ;;
    die) kill -KILL $$ ;;
    hang) exec sleep 300 ;;
    manifest)
      files=$(find . -type f | sed 's|^\./||' | sort | while IFS= read -r f; do
        printf ',{"path":"%s","bytes":%s,"sha256":"%s"}' "$f" "$(wc -c <"$f")" "$(sha256sum "$f" | cut -c1-64)"
      done)
      printf '{"v":1,"files":[%s],"result":{"seed":"%s"}}' "${files#,}" "$RINGMASTER_SEED" >manifest.json
      ;;
    *) echo "unknown instruction $instruction" >&2; exit 2 ;;
  esac
done
