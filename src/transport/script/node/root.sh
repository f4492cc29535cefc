#!/bin/sh
# Prints the absolute path of the node's folder. Also closes the folder to other users, because a person may have made it with mode 0755.
chmod go-rwx . 2>/dev/null
pwd
