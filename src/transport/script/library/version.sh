#!/bin/sh
# The versions of a replica. `current` is a symbolic link that a rename replaces, so a reader never misses a file.
#
# is_whole REPLICA DIGEST         Succeeds when the replica has the whole version. The manifest is written before the version gets its name, and the
#                                 version loses its name before it is removed, so a version without a manifest or a name is not whole.
# is_current REPLICA DIGEST       Succeeds when the version is the current one.
# make_current REPLICA DIGEST     Makes the version the current one. Sets the time of the version to now, so that it is removed last.
# remove_version REPLICA DIGEST   Removes a version, or what is left of it.
# shellcheck disable=SC2329 # a program may use only some of these functions
is_whole() { [ -d "$1/v/$2" ] && [ -e "$1/v/.manifest.$2" ]; }

# shellcheck disable=SC2329
is_current() { [ "$(readlink "$1/current")" = "v/$2" ]; }

# shellcheck disable=SC2329
make_current() {
  touch "$1/v/$2"
  ln -sfn "v/$2" "$1/.current" && mv -T "$1/.current" "$1/current"
}

# shellcheck disable=SC2329
remove_version() {
  if [ -e "$1/v/$2" ]; then mv -T "$1/v/$2" "$1/v/.gone.$2.$$" || return 1; fi
  rm -f "$1/v/.manifest.$2"
  remove_tree "$1/v/.gone.$2.$$"
}
