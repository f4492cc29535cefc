#!/bin/sh
# Receives a tree as a tar stream. This program is for nodes without rsync. It first removes the files of an earlier try, because a stream cannot be
# resumed. Every entry gets the modes that rsync gives.
#
# Argument: folder. Standard input: the stream.
umask 022
remove_tree "$1" && mkdir "$1" && cd "$1" && tar -xof - && chmod -R "$TREE_MODES" .
