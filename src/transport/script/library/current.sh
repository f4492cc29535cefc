#!/bin/sh
# Which version of a replica is the current one. `current` is a symbolic link, replaced whole by a rename, so a reader never misses a file.
#
# is_current REPLICA DIGEST
# make_current REPLICA DIGEST   The version's time becomes now, so that it is removed last.
is_current() { [ "$(readlink "$1/current")" = "v/$2" ]; }

make_current() {
  touch "$1/v/$2"
  ln -sfn "v/$2" "$1/.current" && mv -T "$1/.current" "$1/current"
}
