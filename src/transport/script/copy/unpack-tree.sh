#!/bin/sh
# Receives a tree as a stream of tar, for nodes without rsync. Replaces what was there: it cannot be resumed.
#
# Argument: folder. Standard input: the stream.
rm -rf "$1" && mkdir "$1" && cd "$1" && tar -xf -
