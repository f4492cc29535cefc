#!/bin/sh
# Odd names have a newline, a carriage return or a backslash. A tool that works with lines does not print them as they are, so they are handled one by
# one.
#
# odd_path            The pattern of odd paths, for `find -path`.
# find_odd TEST...    Prints the paths below the current folder that pass the tests of find, without their `./`, each in one line as `escape` writes it.
# escape TEXT         Sets `escaped` to the text in one line, as sha256sum writes it.
# unescape TEXT       Sets `name` to the text that `escape` got.
# odd_sum FILE        Prints the checksum of the file.
# shellcheck disable=SC2034,SC2329 # a program may use only some of these
# A shell that find starts needs the function, too.
# shellcheck disable=SC2016
escape_text='
newline=$(printf "\nx")
newline=${newline%x}
carriage=$(printf "\rx")
carriage=${carriage%x}
escape() {
  rest=$1
  escaped=
  while :; do
    head=${rest%%[\\"$newline$carriage"]*}
    [ "$head" != "$rest" ] || break
    rest=${rest#"$head"}
    case $rest in
      \\*) escaped="$escaped$head\\\\" ;;
      "$carriage"*) escaped="$escaped$head\\r" ;;
      *) escaped="$escaped$head\\n" ;;
    esac
    rest=${rest#?}
  done
  escaped=$escaped$rest
}
'
escaped=
eval "$escape_text"
# shellcheck disable=SC2034,SC2154
odd_path="*[\\\\$newline$carriage]*"

# shellcheck disable=SC2016,SC2329
find_odd() { find . "$@" -exec sh -c "$escape_text"'for path; do escape "${path#./}" && printf "%s\n" "$escaped"; done' sh {} +; }

# shellcheck disable=SC2329,SC2034
unescape() {
  name=$(printf '%b.' "$1")
  name=${name%.}
}

# shellcheck disable=SC2329
odd_sum() {
  odd=$(freed sum "$1") || return 1
  odd=${odd#\\}
  echo "${odd%% *}"
}
