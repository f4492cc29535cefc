#!/bin/sh
# Sends files of a folder as a tar stream. This program is for nodes without rsync.
#
# Arguments: folder; --sparse when home can unpack the holes of files, otherwise empty. Standard input: paths, each ending with NUL and beginning with "./". Standard output: the stream, which may hold several archives.
# xargs passes the names to tar: the tar of busybox has no --null, and the tar of GNU would read options among names on its standard input. Without
# --no-unquote the tar of GNU reads a backslash in a name as the beginning of an escape. The tar of busybox packs a hole as zeros.
cd "$1" || exit 1
literal=--no-unquote
sparse=$2
tar "$literal" -cf /dev/null -T /dev/null 2>/dev/null || literal='' sparse=''
xargs -0 -r tar ${literal:+"$literal"} ${sparse:+"$sparse"} -cf -
