#!/bin/sh
# Makes every program that runs from here on print its messages in one language, because some of our decisions rest on their words. LC_ALL comes before
# every other variable of the locale, and GNU programs read LANGUAGE too.
#
# login_locale, login_language   What the login had. A program of the user gets it again: run.sh and leader.sh set it.
# shellcheck disable=SC2034 # only some programs run a program of the user
login_locale=${LC_ALL-}
# shellcheck disable=SC2034
login_language=${LANGUAGE-}
export LC_ALL=C
unset LANGUAGE
