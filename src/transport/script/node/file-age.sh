#!/bin/sh
# Prints the number of seconds since the last change of a file.
#
# Argument: the file.
# Exit status: not 0 when there is no such file.
changed=$(stat -c %Y "$1") && echo $(($(date +%s) - changed))
