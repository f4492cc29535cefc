#!/bin/sh
# Receives a tree as a tar stream. This program is for nodes without rsync. It first removes the files of an earlier try, because a stream cannot be
# resumed.
#
# Argument: folder. Standard input: the stream.
rm -rf "$1" && mkdir "$1" && cd "$1" && tar -xf -
