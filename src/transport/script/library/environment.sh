#!/bin/sh
# Takes out of the environment of a login what changes our programs, before the first of them begins. A command line of ours begins with these lines on every
# route. The programs of a user keep the rest of the environment, and also the functions that have other names, such as `module`.
#
# A bash that is sh takes over exported functions, and the options in BASHOPTS and SHELLOPTS. A function replaces the command of the same name.
unset CDPATH GLOBIGNORE GREP_OPTIONS TAR_OPTIONS QUOTING_STYLE
case ${BASH_VERSION-} in
  ?*)
    unset -f '[' awk cat cd chmod command curl cut date dd df dirname echo env find flock grep head kill ln ls mkdir mkfifo mv od openssl printf pwd read \
      readlink rm rmdir rsync sed setsid sh sha256sum shasum shopt sleep sort stat tail tar test timeout touch tr true ulimit umask wait wc wget xargs
    # shellcheck disable=SC3041 # this is bash
    set +aefkmuvxCHP
    # shellcheck disable=SC3040 # this is bash
    set +o pipefail
    # shellcheck disable=SC3044 # an older bash does not have all of these
    shopt -u dotglob execfail extglob failglob globstar inherit_errexit lastpipe localvar_inherit nocaseglob nocasematch nullglob xpg_echo 2>/dev/null
    ;;
esac
# A start-up file can leave a PATH without the programs of the system, which are then found behind it.
command -v mkdir >/dev/null || export PATH="${PATH:+$PATH:}/usr/bin:/bin"
