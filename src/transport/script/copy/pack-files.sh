#!/bin/sh
# Sends files of a folder as a tar stream. This program is for nodes without rsync.
#
# Argument: folder. Standard input: paths, one per line, each beginning with "./". Standard output: the stream, which may hold several archives.
# xargs passes the names to tar: the tar of busybox has no --null, and the tar of GNU would read options among names on its standard input.
cd "$1" && tr '\n' '\0' | xargs -0 tar -cf -
