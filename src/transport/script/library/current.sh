#!/bin/sh
# The current version of a replica. `current` is a symbolic link that a rename replaces, so a reader never misses a file.
#
# is_current REPLICA DIGEST     Succeeds when the version is the current one.
# make_current REPLICA DIGEST   Makes the version the current one. Sets the time of the version to now, so that it is removed last.
is_current() { [ "$(readlink "$1/current")" = "v/$2" ]; }

make_current() {
  touch "$1/v/$2"
  ln -sfn "v/$2" "$1/.current" && mv -T "$1/.current" "$1/current"
}
