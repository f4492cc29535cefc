/* Written by scripts/write-programs.mjs from the shell files beside it: edit those. */
export const shellFiles = {
  'copy/find-blob': `umask 077
if [ -e "$FOLDER_BLOBS/$1" ]; then
  [ "$FOLDER_BLOBS/$1" -nt "$FOLDER_FENCES/.pruned" ] || touch -c "$FOLDER_BLOBS/$1"
  exit 0
fi
[ -d "$FOLDER_BLOBS" ] || mkdir -p "$FOLDER_BLOBS"
if command -v rsync >/dev/null; then echo rsync; fi
exit "$EXIT_NEEDED"
`,
  'copy/list-dataset': `umask 077
if command -v rsync >/dev/null; then echo rsync; else echo -; fi
cd "$FOLDER_DATASETS/$1" 2>/dev/null || {
  [ -d "$FOLDER_DATASETS/$1" ] || exit "$EXIT_MISSING"
  printf '0 !unreadable .\\nE\\n'
  exit 0
}
sums=../.sums.$1
now=$sums.now.$$
new=$sums.new.$$
missing=$sums.missing.$$
leave() {
  rm -f "$now" "$new" "$missing"
  [ "$1" -ne 0 ] || echo E
  exit "$1"
}
no_sum=0000000000000000000000000000000000000000000000000000000000000000
refused_entries() {
  find . \\( -type d -o -type f ! -name '.*' \\) -exec sh -c "$escape_text"'
    long=$1
    shift
    for path; do
      [ "\${#path}" -le "$long" ] || continue
      [ -e "$path" ] || continue
      [ -r "$path" ] && { [ ! -d "$path" ] || [ -x "$path" ]; } || { escape "\${path#./}" && printf "%s0 !unreadable %s\\n" "\\\\" "$escaped"; }
    done
  ' sh "$((TREE_PATH_BYTES_MAX + 2))" {} + 2>/dev/null
  find . ! -path "$odd_path" 2>/dev/null | awk -v long="$TREE_PATH_BYTES_MAX" 'length($0) - 2 > long { print "0 !long-path " substr($0, 3) }'
}
touch "$sums"
seconds=$(date +%s)
find . ! -path "$odd_path" ! \\( -type f -name '.*' \\) -exec stat -c '%s/%i/%Y/%Z %f %n' {} + >"$now" || {
  refused_entries >"$new"
  [ -s "$new" ] || leave 1
  cat "$new"
  leave 0
}
awk '
  FILENAME == ARGV[1] { i = index($0, " "); known[substr($0, 1, i) substr($0, i + 67)] = 1; next }
  substr($2, 1, 1) == "8" && !(($1 " " substr($0, length($1) + length($2) + 3)) in known) { print substr($0, length($1) + length($2) + 3) }
' "$sums" "$now" | sum_lines >"$new"
awk -v recent="$((seconds - 2))" -v keep="$sums.keep.$$" -v missing="$missing" -v none="$no_sum" -v long="$TREE_PATH_BYTES_MAX" '
  BEGIN { fault["1"] = "fifo"; fault["c"] = "socket"; fault["2"] = "device"; fault["6"] = "device" }
  FILENAME == ARGV[1] { i = index($0, " "); hex[substr($0, 1, i) substr($0, i + 67)] = substr($0, i + 1, 64); next }
  FILENAME == ARGV[2] { fresh[substr($0, 67)] = substr($0, 1, 64); next }
  {
    path = substr($0, length($1) + length($2) + 3); name = substr(path, 3); type = substr($2, 1, 1)
    split($1, part, "/")
    if (path == ".") next
    else if (length(name) > long) print part[1] " !long-path " name
    else if (type in fault) print part[1] " !" fault[type] " " name
    else if (type == "4") print "0 " none " /" name
    else if (type == "8") {
      key = $1 " " path
      sum = (key in hex) ? hex[key] : fresh[path]
      if (sum == "") { print part[1] " " name >missing; next }
      print part[1] " " sum " " (runs($2) ? "*" : " ") name
      if (part[4] + 0 < recent && part[3] + 0 < recent) print $1 " " sum "  " path >keep
    }
  }
  function runs(mode) { return index("4567cdef", substr(mode, 3, 1)) > 0 || index("0246", substr(mode, 4, 1)) == 0 }
' "$sums" "$new" "$now" || leave 1
without_sum() {
  { [ -e "./$2" ] && [ ! -r "./$2" ]; } || {
    echo 'a file went, or could not be read, while the list was made' >&2
    leave 1
  }
  escape "$2"
  printf '\\\\%s !unreadable %s\\n' "$1" "$escaped"
}
if [ -e "$missing" ]; then
  while IFS= read -r line; do without_sum "\${line%% *}" "\${line#* }"; done <"$missing"
fi
[ ! -e "$sums.keep.$$" ] || mv -f "$sums.keep.$$" "$sums"
[ -n "$(find . \\( -path "$odd_path" -o -type l -o -type f -name '.*' \\) | head -n 1)" ] || leave 0
arriving_seconds=$ARRIVING_SECONDS_MAX
arriving=$((seconds - arriving_seconds))
if find . -maxdepth 0 -printf '' 2>/dev/null; then
  find . -type l ! -path "$odd_path" ! -lname "$odd_path" -printf "0 $no_sum @%P//%l\\n"
  find_odd -type l \\( -path "$odd_path" -o -lname "$odd_path" \\)
else
  find_odd -type l
fi >"$new"
find_odd ! -type l \\( -path "$odd_path" -o -type f -name '.*' \\) >>"$new"
while IFS= read -r line; do
  case $line in
    "0 $no_sum @"*)
      printf '%s\\n' "$line"
      continue
      ;;
  esac
  unescape "$line"
  path=$name
  escape "$path"
  slash=\\\\
  hidden=no
  case \${path##*/} in .*) hidden=yes ;; esac
  stats=$(stat -c '%Y %s %f' "./$path") || {
    [ "$hidden" = no ] || continue
    leave 1
  }
  changed=\${stats%% *}
  stats=\${stats#* }
  bytes=\${stats% *}
  if [ "\${#path}" -gt "$TREE_PATH_BYTES_MAX" ]; then
    printf '%s\\n' "$slash$bytes !long-path $escaped"
    continue
  fi
  case \${stats#* } in
    a*)
      target=$(readlink "./$path" && echo .)
      escape "$path//\${target%"$newline".}"
      printf '%s\\n' "$slash""0 $no_sum @$escaped"
      ;;
    4*) printf '%s\\n' "$slash""0 $no_sum /$escaped" ;;
    8*)
      [ "$hidden" = no ] || [ "$changed" -le "$arriving" ] || continue
      hex=$(odd_sum "./$path") || {
        without_sum "$bytes" "$path"
        continue
      }
      mark=' '
      [ -z "$(find "./$path" -prune \\( -perm -100 -o -perm -010 -o -perm -001 \\))" ] || mark='*'
      printf '%s\\n' "$slash$bytes $hex $mark$escaped"
      ;;
    1*) printf '%s\\n' "$slash$bytes !fifo $escaped" ;;
    c*) printf '%s\\n' "$slash$bytes !socket $escaped" ;;
    *) printf '%s\\n' "$slash$bytes !device $escaped" ;;
  esac
done <"$new"
leave 0
`,
  'copy/pack-files': `cd "$1" || exit 1
literal=--no-unquote
sparse=$2
tar "$literal" -cf /dev/null -T /dev/null 2>/dev/null || literal='' sparse=''
xargs -0 -r tar \${literal:+"$literal"} \${sparse:+"$sparse"} -cf -
`,
  'copy/push-tree-begin': `umask 077
replica=$FOLDER_REPLICAS/$1
mkdir -p "$replica/v" || exit 1
if [ -n "$2" ] && is_whole "$replica" "$2"; then
  is_current "$replica" "$2" || make_current "$replica" "$2" || exit 1
  exit 0
fi
mkdir -p "$replica/incoming" || exit 1
if command -v rsync >/dev/null; then echo rsync; fi
if [ -e "$replica/.distrust" ]; then echo distrust; fi
if [ "$3" = holes ]; then
  if tar --sparse --no-unquote -cf /dev/null -T /dev/null 2>/dev/null; then echo unpacks-holes; fi
  df -Pk . | awk 'NR == 2 { printf "free %.0f\\n", $4 * 1024 }'
fi
exit "$EXIT_NEEDED"
`,
  'copy/push-tree-end': `umask 077
replica=$FOLDER_REPLICAS/$1
home=$(pwd)
if is_whole "$replica" "$2"; then
  is_current "$replica" "$2" || make_current "$replica" "$2" || exit 1
  remove_tree "$replica/incoming"
  exit "$EXIT_ALREADY_THERE"
fi
cat >"$replica/.manifest" || exit 1
before=$(readlink "$replica/current")
cd "$replica/incoming" || exit 1
find . -type d -name "$5" -prune -exec rm -rf {} +
manifest_before=/dev/null
: >../.had
if [ -n "$before" ] && [ -e "../v/.manifest.\${before#v/}" ] && [ ! -e ../.distrust ]; then
  manifest_before=../v/.manifest.\${before#v/}
  (cd "../$before" && find . -type f ! -path "$odd_path" -exec stat -c '%i %n' {} +) >../.had
fi
find . ! -path "$odd_path" -exec stat -c '%f %i %n' {} + >../.have || exit 1
: >../.bad
: >../.check
: >../.links
awk -v modes="$6" '
  FILENAME == ARGV[1] { had[$0] = 1; next }
  FILENAME == ARGV[2] {
    path = substr($0, length($1) + length($2) + 5)
    type[path] = substr($1, 1, 1)
    runs[path] = index("4567cdef", substr($1, 3, 1)) > 0
    if (($2 " ./" path) in had) linked[path] = 1
    next
  }
  FILENAME == ARGV[3] { sum[substr($0, 1, 64) substr($0, 67)] = 1; next }
  /^\\\\/ { next }
  {
    mark = substr($0, 66, 1); path = substr($0, 67)
    if (mark == "@") print path >"../.links"
    else if (type[path] != (mark == "/" ? "4" : "8")) print path >"../.bad"
    else if (mark == "/") next
    else if (modes == "modes" && runs[path] != (mark == "*")) print path >"../.bad"
    else if (!(path in linked) || !((substr($0, 1, 64) path) in sum)) print >"../.check"
  }
' ../.had ../.have "$manifest_before" ../.manifest || exit 1
if [ -s ../.check ]; then
  sed 's/^.\\{66\\}/.\\//' ../.check | sum_lines >../.sums || exit 1
  awk '
    FILENAME == ARGV[1] { got[substr($0, 69)] = substr($0, 1, 64); next }
    got[substr($0, 67)] != substr($0, 1, 64) { print substr($0, 67) }
  ' ../.sums ../.check >>../.bad || exit 1
fi
if [ -s ../.links ]; then
  if find . -maxdepth 0 -printf '' 2>/dev/null; then
    find . -type l ! -path "$odd_path" -printf '%P//%l\\n'
  else
    find . -type l ! -path "$odd_path" -exec sh -c 'for link; do printf "%s//%s\\n" "\${link#./}" "$(readlink "$link")"; done' sh {} +
  fi >../.links.have
  awk '
    FILENAME == ARGV[1] { have[$0] = 1; next }
    !($0 in have) { print substr($0, 1, index($0, "//") - 1) }
  ' ../.links.have ../.links >>../.bad || exit 1
fi
while IFS= read -r path; do rm -rf "./$path"; done <../.bad
odd_entry_is_right() {
  hex=\${1%% *}
  marked=\${1#"$hex "}
  unescape "\${marked#?}"
  path=$name
  case $marked in
    @*)
      path=\${name%%//*}
      [ "$(readlink "./$path" && echo .)" = "\${name#"$path//"}$newline." ]
      ;;
    /*) [ -d "./$path" ] && [ ! -L "./$path" ] ;;
    *)
      [ -f "./$path" ] && [ ! -L "./$path" ] || return 1
      [ "$2" = files ] || case $marked in
        \\**) [ -x "./$path" ] ;;
        *) [ ! -x "./$path" ] ;;
      esac || return 1
      [ "$(odd_sum "./$path")" = "$hex" ]
      ;;
  esac
}
sed -n 's/^\\\\//p' ../.manifest | while IFS= read -r line; do
  odd_entry_is_right "$line" "$6" || {
    escape "$path"
    printf '%s\\n' "$escaped" >>../.bad
    rm -rf "./$path"
  }
done
if [ -s ../.bad ]; then
  : >../.distrust
  cat ../.bad
  exit "$EXIT_DIFFERS"
fi
count=$(find . ! -type d -print0 | tr -dc '\\000' | wc -c)
if [ "$count" -ne "$3" ]; then
  echo "$count files instead of $3"
  cd .. && remove_tree incoming
  exit "$EXIT_DIFFERS"
fi
cd "$home" || exit 1
rm -f "$replica/.check" "$replica/.had" "$replica/.have" "$replica/.bad" "$replica/.links" "$replica/.links.have" "$replica/.sums"
remove_version "$replica" "$2" || exit 1
mv -f "$replica/.manifest" "$replica/v/.manifest.$2" || exit 1
mv -T "$replica/incoming" "$replica/v/$2" || exit 1
make_current "$replica" "$2" || exit 1
rm -f "$replica/.distrust"
find "$replica/v" -mindepth 1 -maxdepth 1 -type d -newer "$replica/v/$2" -exec touch -t 197001020000 {} +
ls -1t "$replica/v" | tail -n "+$(($4 + 1))" | while IFS= read -r old; do
  [ "$old" = "$2" ] || remove_version "$replica" "$old"
done
for gone in "$replica"/v/.gone.*; do [ ! -e "$gone" ] || remove_tree "$gone"; done
exit 0
`,
  'copy/read-output': `[ -f "$1" ] || exit "$EXIT_MISSING"
if [ "$2" = small ]; then
  open_file "$1" && cat <&3
  exit $?
fi
if command -v rsync >/dev/null; then echo rsync; fi
exit "$EXIT_NEEDED"
`,
  'copy/read-stream': `open_file "$1" || {
  [ -f "$1" ] || echo "$1: No such file or directory" >&2
  exit "$EXIT_MISSING"
}
cat <&3
`,
  'copy/remove-games': `pipeline=$1
before=$2
minutes=$3
max=$4
folder=$FOLDER_DATASETS/games-$pipeline
[ -d "$folder" ] || exit 0
newline='
'
set -- "$folder" -mindepth 1 -maxdepth 1 -type f -name "$pipeline.*.self-play.*.games.ndjson" ! -name "*$newline*"
if [ "$minutes" != 0 ]; then
  removal_lag
  set -- "$@" -mmin "+$((minutes + lag))"
fi
old=$(
  find "$@" -exec stat -c '%s %n' {} + | awk -v max="$max" -v before="$before" -v prefix="$folder/$pipeline." '
    {
      rest = substr($0, length($1) + 2 + length(prefix))
      if (rest !~ /^[0-9]+\\.self-play\\.[0-9]+(r[0-9]+)?\\.games\\.ndjson$/ || rest + 0 >= before + 0 || n >= max + 0) next
      n += 1
      print
    }'
)
[ -n "$old" ] || exit 0
printf '%s\\n' "$old" | cut -d ' ' -f 2 | xargs rm -f || exit 1
printf '%s\\n' "$old" | awk '{ bytes += $1 } END { printf "%d %.0f\\n", NR, bytes }'
`,
  'copy/take-blob': `umask 077
incoming=$2
if [ "$3" = stdin ]; then
  [ -d "$FOLDER_BLOBS" ] || mkdir -p "$FOLDER_BLOBS" || exit 1
  [ ! -e "$incoming" ] || rm -f "$incoming" || exit 1
  (umask 0377 && cat >"$incoming") || exit 1
fi
got=$(sum "$incoming")
got=\${got%% *}
[ "$got" = "$1" ] || {
  rm -f "$incoming"
  echo "$got"
  exit "$EXIT_DIFFERS"
}
[ "$3" = stdin ] || chmod 400 "$incoming" || exit 1
mv -f "$incoming" "$FOLDER_BLOBS/$1"
`,
  'copy/unpack-tree': `umask 022
remove_tree "$1" && mkdir "$1" && cd "$1" && tar -xof - && chmod -R "$TREE_MODES" .
`,
  'copy/write-stream': `cat >"$1"
`,
  'job/forget': `umask 077
prune_weekly() {
  pruned=$FOLDER_FENCES/.pruned
  read -r boot </proc/sys/kernel/random/boot_id
  read -r up _ </proc/uptime
  up=\${up%.*}
  before=
  [ ! -f "$pruned" ] || read -r before before_up before_s <"$pruned"
  case $before_up-$before_s in *[!0-9-]*) before= ;; esac
  if [ "$before" = "$boot" ] && [ "$((up - before_up))" -ge 0 ] && [ "$((up - before_up))" -lt 3600 ]; then return 0; fi
  now=$(date +%s)
  if [ "$before" = "$boot" ]; then step=$((now - before_s - up + before_up)); else step=; fi
  if [ -z "$step" ] || [ "$step" -gt 600 ] || [ "$step" -lt -600 ]; then
    find "$FOLDER_FENCES" ! -type d -exec touch -ch {} + && echo "$boot $up $now" >"$pruned"
    return 0
  fi
  echo "$boot $up $now" >"$pruned"
  [ ! -d "$FOLDER_BLOBS" ] || find "$FOLDER_BLOBS" -type f -links 1 -mtime +7 -exec rm -f {} +
  find "$FOLDER_FENCES" ! -type d ! -name '.*' -mtime +7 | while IFS= read -r file; do
    name=\${file#"$FOLDER_FENCES"/}
    lock=$FOLDER_FENCES/.$name.lock
    [ -e "$FOLDER_JOBS/$name" ] || [ -e "$FOLDER_RECORDS/$name" ] || [ -n "$(find "$lock" -mtime -7 2>/dev/null)" ] || rm -f "$file" "$lock"
  done
}
stays() {
  echo "$1"
  status=$EXIT_BUSY
}
[ -d "$FOLDER_FENCES" ] || exit 0
status=0
closed=
while [ $# -gt 0 ]; do
  epoch=$2
  lock_fence "$1"
  shift 2
  job=$item/$epoch
  heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
  find_record "$FOLDER_JOBS/$job"
  if [ -s "$record/pid" ] && [ ! -s "$record/rc" ]; then
    lock_state
    if [ "$locked" = yes ]; then
      stays "$job"
      continue
    fi
  fi
  raise_fence "$((epoch + 1))" || {
    status=1
    break
  }
  closed="$closed $job"
done
exec 8>&-
folders=
for job in $closed; do folders="$folders $FOLDER_JOBS/$job"; done
[ -z "$folders" ] || rm -rf $folders 2>/dev/null
records=
for job in $closed; do
  if { [ ! -e "$FOLDER_JOBS/$job" ] && [ ! -L "$FOLDER_JOBS/$job" ]; } || remove_tree "$FOLDER_JOBS/$job"; then
    records="$records $FOLDER_RECORDS/$job"
  else
    stays "$job"
  fi
done
[ -z "$records" ] || rm -rf $records 2>/dev/null
empty=
for record in $records; do
  job=\${record#"$FOLDER_RECORDS/"}
  empty="$empty $FOLDER_JOBS/\${job%/*} \${record%/*}"
  { [ ! -e "$record" ] && [ ! -L "$record" ]; } || remove_tree "$record" || stays "$job"
done
[ -z "$empty" ] || rmdir $empty 2>/dev/null
prune_weekly
exit "$status"
`,
  'job/leader': `set_ticks() { ticks=\${20}; }
read -r line </proc/$$/stat
set_ticks \${line##*) }
read -r boot </proc/sys/kernel/random/boot_id
echo "$$ $ticks $boot" >pid || exit "$EXIT_LEADER_FAILED"
(echo "$$ $ticks $boot" >&3)
read -r line </proc/sys/kernel/random/uuid
tag=\${line#*-}
tag=$((0x4000000000000 + 0x\${line%%-*}\${tag%%-*}))
if [ -r /proc/$$/limits ] && ulimit -m "$tag" && [ "$(ulimit -m)" = "$tag" ]; then echo "$((tag * 1024))" >tag; fi 2>/dev/null
unset line ticks boot tag
LC_ALL=\${RINGMASTER_LOCALE%%|*}
[ -n "$LC_ALL" ] || unset LC_ALL
LANGUAGE=\${RINGMASTER_LOCALE#*|}
if [ -n "$LANGUAGE" ]; then export LANGUAGE; else unset LANGUAGE; fi
unset RINGMASTER_LOCALE
if [ -e env ]; then
  . ./env
  rm -f env
fi
cd "$1" || exit "$EXIT_LEADER_NO_FOLDER"
shift
env --default-signal=INT,QUIT >/dev/null 2>&1 && exec env --default-signal=INT,QUIT "$@" 3>&- 8>&-
exec env "$@" 3>&- 8>&-
`,
  'job/list-old': `minutes=$1
max=$2
cluster=$3
which=$4
if [ "$minutes" != 0 ] && [ "$which" = all ]; then
  removal_lag
  minutes=$((minutes + lag))
fi
list_in() {
  [ -d "$1" ] || return 0
  heal "$1"
  if [ "$minutes" = 0 ]; then
    (cd "$1" && find . -mindepth 2 -maxdepth 2 -type d)
  else
    (cd "$1" && find . -mindepth 2 -maxdepth 2 -type d -mmin "+$minutes")
  fi 2>/dev/null
}
{
  list_in "$FOLDER_RECORDS"
  list_in "$FOLDER_JOBS" | while IFS= read -r name; do
    [ -d "$FOLDER_RECORDS/$name" ] || printf '%s\\n' "$name"
  done
} | while IFS= read -r name; do
  name=\${name#./}
  item=\${name%/*}
  epoch=\${name##*/}
  case $item/$epoch in *[!A-Za-z0-9._@/-]*) continue ;; esac
  case $epoch in *[!0-9]*) continue ;; esac
  [ "$max" -gt 0 ] || break
  find_record "$FOLDER_JOBS/$name"
  find_mark "$cluster/$item/$epoch"
  lock_state
  if [ "$locked" = unknown ]; then
    [ -z "$(marked -xFe "RINGMASTER_MARK=$mark")" ] || locked=yes
  fi
  [ "$locked" = yes ] || [ "$which" = all ] || continue
  max=$((max - 1))
  if [ "$locked" = yes ]; then echo "held $item $epoch"; else echo "idle $item $epoch"; fi
done
exit 0
`,
  'job/look': `wait=$1
end_bytes=$2
shift 2
if [ "$wait" != 0 ]; then
  { [ -p "$BELL_FIFO" ] || {
    rm -f "$BELL_FIFO"
    mkfifo -m 600 "$BELL_FIFO"
  }; } 2>/dev/null
  timeout "$wait" head -c 1 "$BELL_FIFO" >/dev/null 2>&1
  case $? in
    0 | 124) ;; # 124: timeout's own status, the time is over
    *) sleep "$wait" ;;
  esac
fi
is_marked() {
  [ -n "$(marked -xFe "RINGMASTER_MARK=$1")" ]
}
has_rc() { [ -f "$record/rc" ] && [ -s "$record/rc" ]; }
find_state() {
  if has_rc; then
    state=ended
    return
  fi
  lock_state
  if [ -s "$record/pid" ] && [ "$locked" = no ]; then
    state=ended
  elif [ -s "$record/pid" ] && [ "$locked" = yes ]; then
    state=running
  elif is_marked "$1"; then
    state=running
  elif [ -s "$record/pid" ] && [ -e "$record/lock" ]; then
    state=unknown
  elif [ -s "$record/pid" ]; then
    state=ended
  else
    state=absent
  fi
}
print_text() {
  if [ "$state" = ended ] && [ "$1" -eq 1 ] && [ "$size" -le "$2" ]; then
    sed 's/^/ /' "$record/out" 2>/dev/null
    echo .
    return
  fi
  tail -c "+$1" "$record/out" 2>/dev/null | head -c "$2" | sed 's/^/ /'
  echo .
}
read -r boot </proc/sys/kernel/random/boot_id
read -r now _ </proc/uptime
echo "B $boot $now"
now=\${now%.*}
text_max=$LOOK_TEXT_BYTES_MAX
text_max=$((text_max * 3 / $#))
[ "$text_max" -le "$TEXT_BYTES_MAX" ] || text_max=$TEXT_BYTES_MAX
heal "$FOLDER_RECORDS"
counted=
skipped=
while [ $# -gt 0 ]; do
  folder=$1
  mark=$2
  before=$3
  shift 3
  record=$FOLDER_RECORDS/\${folder#"$FOLDER_JOBS/"}
  heal "\${record%/*}" "$record"
  find_record "$folder"
  find_mark "$mark"
  ended=
  rc=
  find_state "$mark"
  [ "$state" != unknown ] || continue
  if [ "$state" = running ]; then
    touch -c "$record/renew"
    last=
    wait=
    [ ! -f "$record/counted" ] || read -r last wait <"$record/counted"
    number "$wait"
    wait=$number
    number "$last"
    last=$number
    if [ ! -s "$record/pid" ] || { [ "$last" -le "$now" ] && [ $((now - last)) -lt "$wait" ]; }; then
      skipped="$skipped $folder"
    else
      counted="$counted $folder/output"
    fi
  fi
  [ "$state" = ended ] && has_rc && read -r rc <"$record/rc"
  [ -f "$record/ended" ] && read -r ended <"$record/ended"
  find_end "$record/out" "$before" 2>/dev/null
  [ "$before" -le $((dropped + size)) ] || before=0
  from=$((before - dropped))
  [ "$from" -ge 0 ] || from=0
  [ "$from" -eq 0 ] || [ "$size" -le "$from" ] || from=$((from - 1))
  echo "J $folder $state \${rc:--} \${ended:--} $((dropped + size)) $((dropped + from))"
  if [ $((size - from)) -le "$text_max" ]; then
    [ "$size" -le "$from" ] || print_text $((from + 1)) "$text_max"
  else
    print_text $((from + 1)) $((text_max / 2))
    from=$((size - text_max / 2))
    echo "> $((dropped + from))"
    print_text $((from + 1)) $((text_max / 2))
  fi
  [ "$state" = ended ] || continue
  for log in out err; do
    [ "$log$before" != out0 ] || [ "$dropped" -ne 0 ] || [ "$size" -gt "$end_bytes" ] || continue
    [ -s "$record/$log" ] || [ -s "$record/$log.last" ] || continue
    if [ "$log" = out ]; then echo O; else echo R; fi
    log_end "$record/$log" "$end_bytes" | sed 's/^/ /'
    echo .
  done
done
echo '='
for folder in $skipped; do echo "C $folder"; done
newline='
'
[ -z "$counted" ] || find $counted -type f ! -path "*$newline*" -exec stat -c '%s %n' {} + 2>/dev/null | awk '
  {
    bytes = $1
    sub(/^[0-9]+ /, "")
    split($0, part, "/")
    folder = part[1] "/" part[2] "/" part[3]
    sum[folder] += bytes
    files[folder] += 1
  }
  END { for (folder in sum) printf "S %.0f %s %d\\n", sum[folder], folder, files[folder] }
' | while read -r tag bytes folder files; do
  echo "$tag $bytes $folder"
  [ "$files" -lt "$FILES_A_SECOND_MAX" ] || {
    find_record "$folder"
    wait=$FILES_A_SECOND_MAX
    wait=$((files / wait))
    [ "$wait" -le 60 ] || wait=60
    echo "$now $wait" >"$record/counted"
  }
done
echo E
exit 0
`,
  'job/manifest': `tries=0
find_record "$1"
find_mark "$2"
while :; do
  left=$(marked -xFe "RINGMASTER_MARK=$mark")
  [ -n "$left" ] || left=$(escaped)
  [ -n "$left" ] || break
  [ "$tries" -lt 100 ] || {
    echo $left
    exit "$EXIT_BUSY"
  }
  if [ "$tries" -eq 0 ]; then kill -TERM $left; elif [ "$tries" -ge 20 ]; then kill -KILL $left; fi 2>/dev/null
  tries=$((tries + 1))
  sleep 0.05
done
heal "$FOLDER_JOBS" "\${1%/*}" "$1" "$1/output"
cd "$1/output" 2>/dev/null || exit "$EXIT_MISSING"
[ -f manifest.json ] || exit "$EXIT_MISSING"
open_file manifest.json && head -c "$MANIFEST_BYTES_READ" <&3
printf '\\0'
newline='
'
plain=yes
set --
for file in * .[!.]* ..?*; do
  { [ "$file" != manifest.json ] && [ -e "$file" ] && [ ! -L "$file" ]; } || continue
  case $file in *"$newline"*) plain=no ;; esac
  if [ -f "$file" ] && [ -w "$file" ] && [ $# -lt 6 ]; then set -- "$@" "./$file"; else plain=no; fi
done
if [ $plain$# = yes0 ]; then
  printf '\\0'
elif [ $plain = yes ] && open_files "$@"; then
  stat -c '%s %n' "$@"
  printf '\\0'
  sum_open "$@"
else
  find . -type d ! -perm -500 -exec chmod u+rx {} \\; 2>/dev/null
  find . -type f ! -perm -400 -exec chmod u+r {} + 2>/dev/null
  find . -type f ! -path ./manifest.json ! -path "*$newline*" -exec stat -c '%s %n' {} +
  printf '\\0'
  find . -type f ! -path ./manifest.json ! -path "*$newline*" | sum_lines
fi
`,
  'job/read-log': `find_record "$1"
log=$record/$2
[ -r "$log" ] || {
  echo "$log is not there" >&2
  exit "$EXIT_MISSING"
}
if [ -n "\${4-}" ]; then
  log_after "$log" "$3" "$4"
else
  log_end "$log" "$3"
fi
`,
  'job/settle': `set -u
umask 077
epoch=$2
lock_fence "$1"
arriving=$FOLDER_DATASETS/.arriving.$item
shift 2
if [ "$epoch" -lt "$fence" ]; then
  echo "$fence"
  exit "$EXIT_FENCED"
fi
while [ $# -gt 0 ]; do
  from=$FOLDER_JOBS/$item/$epoch/output/$1
  to=$FOLDER_DATASETS/$2/$item.$1
  if [ -e "$from" ]; then
    if [ ! "$from" -ef "$to" ]; then
      mkdir -p "$(dirname "$to")" && ln -f "$from" "$arriving" && mv -f "$arriving" "$to" || exit 1
    fi
  else
    echo "$1"
    exit "$EXIT_MISSING"
  fi
  shift 2
done
`,
  'job/start': `set -u
umask 077
set_ticks() { ticks=\${20}; }
epoch=$2
mark=$3
spec=$4
self_fence=$5
logs=$6
stop=$7
supervise=$8
leader=$9
inputs=\${10}
folder=$FOLDER_JOBS/$1/$epoch
if [ ! -d "$FOLDER_BLOBS" ] || [ ! -d "$FOLDER_DATASETS" ] || [ ! -d "$FOLDER_REPLICAS" ]; then
  mkdir -p "$FOLDER_BLOBS" "$FOLDER_DATASETS" "$FOLDER_REPLICAS" || exit 1
fi
lock_fence "$1"
shift 10
if [ "$epoch" -lt "$fence" ]; then
  echo "$fence"
  exit "$EXIT_FENCED"
fi
heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
find_record "$folder"
if [ -s "$record/pid" ]; then
  if [ -e "$record/spec" ] && read -r started <"$record/spec" && [ "$started" != "$spec" ]; then exit "$EXIT_OTHER_SPEC"; fi
  cat "$record/pid"
  exit "$EXIT_ADOPTED"
fi
if [ "$fence" = "$epoch" ]; then
  same=
  for pid in $(marked -xFe "RINGMASTER_SPEC=$spec"); do same="$same $pid "; done
  other=
  for pid in $(marked -xe 'RINGMASTER_SPEC=.*'); do
    case $same in *" $pid "*) ;; *) other="$other $pid " ;; esac
  done
  for pid in $(marked -xFe "RINGMASTER_MARK=$mark"); do
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
    case $other in *" $pid "*) exit "$EXIT_OTHER_SPEC" ;; esac
    set_ticks \${line##*) }
    read -r boot </proc/sys/kernel/random/boot_id
    echo "$pid $ticks $boot"
    exit "$EXIT_ADOPTED"
  done
fi
if [ -e "$folder" ] || [ -L "$folder" ] || [ -e "$record" ]; then rm -rf "$folder" "$record" || exit 1; fi
mkdir -p "$folder/input" "$folder/output" "$record" || mkdir -p "$folder/input" "$folder/output" "$record" || exit 1
if ! read -r env_lines request_lines ||
  { [ "$env_lines" != 0 ] && ! read_lines "$env_lines" >"$record/env"; } ||
  ! read_lines "$request_lines" >"$folder/input/request.json"; then
  rm -rf "$folder" "$record"
  echo 'the environment or the request did not arrive whole, or cannot be written' >&2
  exit 1
fi
while [ "$inputs" -gt 0 ]; do
  ln "$FOLDER_BLOBS/$2" "$folder/input/$1" || {
    rm -rf "$folder" "$record"
    exit "$EXIT_INPUT_MISSING"
  }
  shift 2
  inputs=$((inputs - 1))
done
root=$PWD
path=$PATH
program=
for word in "$@"; do
  case $word in
    PATH=*) path=\${word#PATH=} ;;
    *=*) ;;
    *)
      program=$word
      break
      ;;
  esac
done
runnable() (
  cd "$folder" || exit 1
  case $1 in
    */*) [ -f "$1" ] && [ -x "$1" ] ;;
    *)
      PATH=$path
      command -v "$1"
      ;;
  esac
)
if ! runnable "$program" >/dev/null 2>&1; then
  rm -rf "$folder" "$record"
  echo "$program"
  exit "$EXIT_NOT_RUNNABLE"
fi
if ! {
  raise_fence "$epoch" && : >"$record/renew" && echo "$mark" >"$record/mark" && echo "$spec" >"$record/spec" &&
    { [ -z "$stop" ] || echo "$stop" >"$record/stop"; } && cd "$record"
}; then
  rm -rf "$folder" "$record"
  exit 1
fi
started=$({ RINGMASTER_SPEC=$spec RINGMASTER_LOCALE="$login_locale|$login_language" setsid sh -c "$supervise" sh "$self_fence" "$logs" "$mark" "$leader" "$root/$folder" "$@" 3>&1 >/dev/null 2>err.start </dev/null & })
if [ -z "$started" ]; then
  rm -f env
  cat err.start err >&2
  exit 1
fi
echo "$started"
`,
  'job/stop-all': `cluster=$1
grace_ms=$2
newline='
'
others=
for record in "$FOLDER_RECORDS"/*/* "$FOLDER_JOBS"/*/*; do
  [ -s "$record/pid" ] && [ ! -s "$record/rc" ] || continue
  lock_state
  [ "$locked" = yes ] || continue
  find_mark ''
  case $mark in '' | "$cluster"/*) ;; *) others="$others $mark" ;; esac
  [ -e "$record/ended" ] || { echo stopped >"$record/ended.n" && mv "$record/ended.n" "$record/ended"; }
done
found() {
  marked -xe "RINGMASTER_MARK=$cluster/.*"
  for mark in $others; do marked -xFe "RINGMASTER_MARK=$mark"; done
  [ ! -e worker/lock ] || flock -s -n worker/lock true || cat worker/pid
}
hidden_processes() {
  tags=
  for record in "$FOLDER_RECORDS"/*/*; do
    [ -e "$record/supervisor" ] || continue
    find_tag
    if [ -n "$tag" ]; then tags="$tags $tag"; else escaped; fi
  done
  [ -z "$tags" ] || tagged $tags
}
read_mark() {
  entries=$newline$({ tr '\\0' '\\n' <"/proc/$1/environ"; } 2>/dev/null)
  [ "$entries" != "$newline" ] || return 1
  mark=
  case $entries in *"\${newline}RINGMASTER_MARK="*) ;; *) return 0 ;; esac
  mark=\${entries#*"\${newline}RINGMASTER_MARK="}
  mark=\${mark%%"$newline"*}
}
end_process() {
  pids="$pids$1 "
  record=$FOLDER_RECORDS/\${mark#*/}
  find_stop "$grace_ms"
  [ "$stop_ms" -le "$longest" ] || longest=$stop_ms
  if [ "$rounds" -ge $(((stop_ms + 49) / 50)) ]; then
    kill -KILL "$1" 2>/dev/null
  elif [ "$rounds" -eq 0 ]; then
    kill -"$stop_signal" "$1" 2>/dev/null
  fi
}
all=0
rounds=0
longest=$grace_ms
while :; do
  pids=
  for pid in $(found | sort -u); do
    read_mark "$pid" || continue
    case $mark in */launcher/*) ;; *) end_process "$pid" ;; esac
  done
  mark=
  [ -n "$pids" ] || for pid in $(hidden_processes); do end_process "$pid"; done
  [ -n "$pids" ] || break
  [ "$rounds" -lt $(((longest + 49) / 50 + 100)) ] || {
    echo "these would not end: $pids" >&2
    exit 1
  }
  [ "$rounds" -gt 0 ] || for pid in $pids; do all=$((all + 1)); done
  rounds=$((rounds + 1))
  sleep 0.05
done
rm -f worker/pid
echo "$all"
`,
  'job/stop': `fields() {
  state=$1
  group=$3
  ticks=\${20}
}
stat_of() {
  { read -r line <"/proc/$1/stat"; } 2>/dev/null && fields \${line##*) }
}
umask 077
epoch=$2
mark=$3
grace_ms=$4
lock_fence "$1"
folder=$FOLDER_JOBS/$item/$epoch
raise_fence "$epoch" || exit 1
heal "$FOLDER_JOBS" "$FOLDER_JOBS/$item" "$FOLDER_RECORDS" "$FOLDER_RECORDS/$item"
find_record "$folder"
if [ ! -s "$record/pid" ] && [ "$fence" -le "$epoch" ]; then
  read -r boot </proc/sys/kernel/random/boot_id
  (mkdir -p "$folder/input" "$folder/output" "$record" && : >"$record/lock" && echo stopped >"$record/ended" &&
    echo "$EXIT_TERMINATED" >"$record/rc" && echo "0 0 $boot" >"$record/pid") || {
    rm -rf "$folder" "$record"
    raise_fence "$((epoch + 1))"
  } || exit 1
fi
exec 8>&-
if [ -s "$record/pid" ] && [ ! -s "$record/rc" ] && [ ! -e "$record/ended" ]; then
  lock_state
  [ "$locked" = yes ] && echo stopped >"$record/ended.n" && mv "$record/ended.n" "$record/ended"
fi
find_mark "$mark"
find_stop "$grace_ms"
leader=0
[ ! -s "$record/pid" ] || read -r leader start _ <"$record/pid"
all=0
tries=0
ours=no
limit=$(((stop_ms + 49) / 50))
hard=$((limit + 100))
while :; do
  pids=' '
  for pid in $(marked -xFe "RINGMASTER_MARK=$mark"); do
    stat_of "$pid" || continue
    case $state in Z | X) continue ;; esac
    [ "$group" = "$leader" ] && ours=yes
    pids="$pids$pid "
  done
  if [ "\${leader:-0}" -gt 1 ]; then
    members=
    for pid in /proc/[0-9]*; do
      pid=\${pid#/proc/}
      stat_of "$pid" && [ "$group" = "$leader" ] || continue
      [ "$pid" = "$leader" ] && [ "$ticks" = "$start" ] && ours=yes
      case $state in Z | X) ;; *) members="$members$pid " ;; esac
    done
    [ "$ours" = no ] || for pid in $members; do case $pids in *" $pid "*) ;; *) pids="$pids$pid " ;; esac done
  fi
  [ "$pids" != ' ' ] || for pid in $(escaped); do pids="$pids$pid "; done
  [ "$pids" = ' ' ] && break
  [ "$tries" -lt "$hard" ] || {
    echo "these would not end:$pids" >&2
    exit 1
  }
  [ "$tries" -gt 0 ] || for pid in $pids; do all=$((all + 1)); done
  if [ "$tries" -ge "$limit" ]; then
    [ "$ours" = no ] || kill -KILL "-$leader" 2>/dev/null
    kill -KILL $pids 2>/dev/null
  elif [ "$tries" -eq 0 ]; then
    [ "$ours" = no ] || kill -"$stop_signal" "-$leader" 2>/dev/null
    for pid in $pids; do
      [ "$ours" = yes ] && stat_of "$pid" && [ "$group" = "$leader" ] || kill -"$stop_signal" "$pid" 2>/dev/null
    done
  fi
  tries=$((tries + 1))
  sleep 0.05
done
tries=0
while [ $tries -lt 40 ] && [ -s "$record/pid" ]; do
  lock_state
  [ "$locked" = yes ] || break
  tries=$((tries + 1))
  sleep 0.05
done
if [ -n "$5" ] && [ -s "$record/pid" ] && [ "$record" != "$folder" ]; then
  remove_tree "$folder"
  for log in out err; do
    [ -e "$record/$log" ] || continue
    end=$(log_end "$record/$log" "$5" && echo .)
    rm -f "$record/$log.head" "$record/$log.last"
    printf %s "\${end%.}" >"$record/$log"
  done
fi
echo "$all"
`,
  'job/supervise': `self_fence=$1
out_max=\${2% *}
err_max=\${2#* }
mark=$3
leader=$4
shift 4
record=.
exec 9>lock
flock 9 || exit 1
echo "$$" >supervisor
RINGMASTER_MARK=$mark setsid sh -c "$leader" sh "$@" >>out 2>>err </dev/null &
job=$!
exec 3>&- 8>&- >/dev/null 2>&1
watch_renewals() {
  exec 9>&-
  step=$((self_fence / 10))
  [ "$step" -ge 1 ] || step=1
  [ "$step" -le 5 ] || step=5
  trap '[ "$!" = "$job" ] || kill -KILL "$!"; exit 0' TERM
  read -r since _ </proc/uptime
  since=\${since%.*}
  renewed=$(stat -c %y renew)
  while kill -0 "$job"; do
    sleep "$step" &
    wait "$!"
    read -r now _ </proc/uptime
    now=\${now%.*}
    before=$renewed
    renewed=$(stat -c %y renew) || since=-$self_fence
    [ -z "$renewed" ] || [ "$renewed" = "$before" ] || since=$now
    [ $((now - since)) -gt "$self_fence" ] || continue
    kill -0 "$job" || break
    echo self-fence >ended.n && mv ended.n ended
    tries=0
    while [ "$tries" -lt 50 ]; do
      kill -KILL "-$job"
      left=$(marked -xFe "RINGMASTER_MARK=$mark")
      [ -n "$left" ] || left=$(escaped)
      [ -n "$left" ] || break
      kill -KILL $left
      tries=$((tries + 1))
      sleep 0.1
    done
    break
  done
}
guard_logs() {
  exec 9>&-
  trap '[ "$!" = "$job" ] || kill -KILL "$!"; exit 0' TERM
  pause=0.2
  while :; do
    if ! kill -0 "$job" || [ ! -e "/proc/$$" ]; then
      lock_state
      [ "$locked" = yes ] || break
    fi
    sleep "$pause" &
    wait "$!"
    hold_logs "$out_max" "$err_max"
    case $full$pause in
      yes*) pause=0.05 ;;
      no0.05) pause=0.2 ;;
      no0.2) pause=0.5 ;;
      *) pause=1 ;;
    esac
  done
}
guard_logs &
guard=$!
watcher=
if [ "$self_fence" -gt 0 ]; then
  watch_renewals &
  watcher=$!
fi
wait "$job"
echo $? >rc
exec 9>&-
kill -0 "-$job" || kill "$guard"
[ ! -p "../../../$BELL_FIFO" ] || echo 1<>"../../../$BELL_FIFO"
if [ -n "$watcher" ]; then
  ended=
  read -r ended <ended
  if [ "$ended" = self-fence ]; then wait "$watcher"; else kill "$watcher"; fi
fi
exit 0
`,
  'library/end-worker': `end_worker() {
  { read -r worker_pid <worker/pid; } 2>/dev/null || return 0
  is_worker "$1" || return 0
  rm -f worker/pid
  kill -"$2" "$worker_pid" 2>/dev/null
  worker_waits=0
  while ! flock -s -n worker/lock true && [ $worker_waits -lt 120 ]; do
    if [ $worker_waits -eq 80 ] && is_worker "$1"; then kill -KILL "$worker_pid" 2>/dev/null; fi
    worker_waits=$((worker_waits + 1))
    sleep 0.1
  done
}
is_worker() {
  marked -xFe "RINGMASTER_MARK=$1" | grep -qx "$worker_pid"
}
`,
  'library/enter-quickly': `owner='' id='' machine=''
{
  cd "$1" && read -r owner <"$OWNER_FILE"
  [ -z "$5" ] || {
    read -r id <"$FOLDER_ID_FILE"
    read -r machine </etc/machine-id
  }
} 2>/dev/null
case "$owner $5" in
  "$2 " | "$2 \${id:--}/\${machine:--} "* | "$2 \${id:--}/- "*) shift 5 ;;
  *)
    echo "$NOT_ENTERED_NOTE" >&2
    exit "$EXIT_NOT_ENTERED"
    ;;
esac
`,
  'library/enter': `why_not() {
  case $1 in
    /*) at='' rest=$1 ;;
    *)
      at=\${HOME:-/} rest=$1
      [ -d "$at" ] && [ -x "$at" ] || {
        echo "home $at"
        return
      }
      ;;
  esac
  while [ -n "$rest" ]; do
    part=\${rest%%/*}
    case $rest in */*) rest=\${rest#*/} ;; *) rest='' ;; esac
    [ -n "$part" ] || continue
    [ -d "$at/$part" ] || {
      [ -e "$at/$part" ] || [ -L "$at/$part" ] || break
      echo "file $at/$part"
      return
    }
    at=$at/$part
  done
  echo "right \${at:-/}"
}
cd "$1" 2>/dev/null || {
  why=$(why_not "$1")
  case $why in home*) false ;; *) mkdir -p "$1" && chmod 700 "$1" && cd "$1" ;; esac
} || {
  echo "$NO_FOLDER_NOTE $why" >&2
  exit "$EXIT_NO_FOLDER"
}
read_owner() {
  owner=
  { read -r owner <"$OWNER_FILE"; } 2>/dev/null
}
is_ours() {
  named=
  { { read -r _ && read -r named; } <"$FOLDER_ID_FILE"; } 2>/dev/null
  if [ -n "$named" ]; then
    [ "$named" = "$1" ]
    return
  fi
  for file in "$FOLDER_RECORDS"/*/*/mark; do
    written=
    { read -r written <"$file"; } 2>/dev/null
    case $written in
      "$1"/*) named=$1 ;;
      ?*) return 1 ;;
    esac
  done
  [ -n "$named" ]
}
clear_owner() {
  [ -e "$OWNER_FILE" ] || [ -L "$OWNER_FILE" ] || return 0
  chmod u+r "$OWNER_FILE" 2>/dev/null
  read_owner
  [ -n "$owner" ] || if [ -d "$OWNER_FILE" ]; then rmdir "$OWNER_FILE"; else rm -f "$OWNER_FILE"; fi 2>/dev/null
}
link_owner() {
  failure=$(ln ".$OWNER_FILE.$$" "$OWNER_FILE" 2>&1) || [ -e "$OWNER_FILE" ] || {
    failure="$NO_LINK_NOTE: $failure"
    return 1
  }
}
take_folder() {
  found=
  for name in * .[!.]* ..?*; do
    case $name in "$OWNER_FILE" | ".$OWNER_FILE."* | lost+found) continue ;; esac
    [ ! -e "$name" ] && [ ! -L "$name" ] || found=$name
  done
  if [ -n "$found" ] && { [ "$3" != old ] || [ ! -d "$FOLDER_FENCES" ]; } && ! is_ours "$1"; then
    read_owner
    [ -n "$owner" ] || {
      echo "$FOREIGN_FILES_NOTE$found" >&2
      exit "$EXIT_FOREIGN_FILES"
    }
    return
  fi
  clear_owner
  [ -z "$owner" ] || return
  failure="$NO_FOLDER_NOTE right $PWD"
  { (umask 077 && { echo "$1" && echo "$2"; } >".$OWNER_FILE.$$") && link_owner; } || {
    rm -f ".$OWNER_FILE.$$"
    [ -z "$found" ] || {
      owner=$1
      return
    }
    echo "$failure" >&2
    exit "$EXIT_NO_FOLDER"
  }
  rm -f ".$OWNER_FILE.$$"
  read_owner
}
read_owner
[ -n "$owner" ] || take_folder "$2" "$3" "$4"
[ "$owner" = "$2" ] || {
  { read -r _ && read -r name; } <"$OWNER_FILE" 2>/dev/null
  echo "$FOREIGN_OWNER_NOTE$owner $name" >&2
  exit "$EXIT_FOREIGN_OWNER"
}
[ -z "$5" ] || {
  id='' machine='' host='' boot=''
  { read -r id <"$FOLDER_ID_FILE"; } 2>/dev/null
  { read -r machine </etc/machine-id; } 2>/dev/null
  { read -r host </proc/sys/kernel/hostname; } 2>/dev/null
  { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  case $5 in
    "\${id:--}/\${machine:--} "* | "\${id:--}/- "* | *" $boot $host $PWD") ;;
    *)
      echo "$OTHER_PLACE_NOTE$host" >&2
      exit "$EXIT_OTHER_PLACE"
      ;;
  esac
}
shift 5
`,
  'library/environment': `unset CDPATH GLOBIGNORE GREP_OPTIONS TAR_OPTIONS QUOTING_STYLE
case \${BASH_VERSION-} in
  ?*)
    unset -f '[' awk cat cd chmod command curl cut date dd df dirname echo env find flock grep head kill ln ls mkdir mkfifo mv od openssl printf pwd read \\
      readlink rm rmdir rsync sed setsid sh sha256sum shasum shopt sleep sort stat tail tar test timeout touch tr true ulimit umask wait wc wget xargs
    set +aefkmuvxCHP
    set +o pipefail
    shopt -u dotglob execfail extglob failglob globstar inherit_errexit lastpipe localvar_inherit nocaseglob nocasematch nullglob xpg_echo 2>/dev/null
    ;;
esac
command -v mkdir >/dev/null || export PATH="\${PATH:+$PATH:}/usr/bin:/bin"
`,
  'library/fence': `lock_fence() {
  item=$1
  [ -d "$FOLDER_FENCES" ] || mkdir -p "$FOLDER_FENCES" || exit 1
  exec 8>"$FOLDER_FENCES/.$item.lock" || exit 1
  flock 8 || exit "$EXIT_NO_TOOL"
  fence=
  if [ -L "$FOLDER_FENCES/$item" ]; then
    fence=$(readlink "$FOLDER_FENCES/$item")
    fence=\${fence#=}
  elif [ -e "$FOLDER_FENCES/$item" ]; then
    read -r fence <"$FOLDER_FENCES/$item"
  fi
  fence=\${fence:-0}
}
raise_fence() {
  if [ "$1" -le "$fence" ]; then return 0; fi
  if [ "$fence" = 0 ]; then ln -sn "=$1" "$FOLDER_FENCES/$item" 2>/dev/null && return 0; fi
  ln -sfn "=$1" "$FOLDER_FENCES/.$item.n" && mv -fT "$FOLDER_FENCES/.$item.n" "$FOLDER_FENCES/$item"
}
`,
  'library/lines': `read_lines() {
  left=$1
  while [ "$left" -gt 0 ]; do
    IFS= read -r line || return 1
    printf %s "$line" || return 1
    left=$((left - 1))
    [ "$left" -eq 0 ] || echo || return 1
  done
}
`,
  'library/locale': `login_locale=\${LC_ALL-}
login_language=\${LANGUAGE-}
export LC_ALL=C
unset LANGUAGE
`,
  'library/log': `number() {
  case $1 in
    '' | *[!0-9]*) number=0 ;;
    *) number=$1 ;;
  esac
}
read_number() {
  number=
  [ ! -f "$1" ] || read -r number <"$1"
  number "$number"
}
find_end() {
  read_number "$1.dropped"
  dropped=$number
  size=0
  [ ! -s "$1" ] || size=$(stat -c %s "$1")
  number "$size"
  size=$number
  [ "$2" -gt $((dropped + size)) ] || return 0
  read_number "$1.dropped.n"
  [ "$number" -gt "$dropped" ] || read_number "$1.dropped"
  dropped=$number
}
hold_logs() {
  full=no
  long=$(find out err -type f \\( -name out -size "+$(($1 / 4096))k" -o -name err -size "+$(($2 / 4096))k" \\))
  [ -n "$long" ] || return 0
  full=yes
  case $long in *out*) cut_log out $(($1 / 4)) ;; esac
  case $long in *err*) cut_log err $(($2 / 4)) ;; esac
}
cut_log() {
  read_number "$1.dropped"
  [ -e "$1.head" ] || head -c "$2" "$1" >"$1.head"
  size=$(stat -c %s "$1")
  if tail -c "$2" "$1" >"$1.last.n"; then mv "$1.last.n" "$1.last"; fi
  echo $((number + size)) >"$1.dropped.n"
  : >"$1"
  [ ! -s "$1.dropped.n" ] || mv "$1.dropped.n" "$1.dropped"
  rm -f "$1.last.n"
}
log_end() {
  if [ -r "$1.last" ]; then
    {
      tail -c "$2" "$1.last"
      tail -c "$2" "$1"
    } | tail -c "$2"
  else
    tail -c "$2" "$1"
  fi 2>/dev/null
}
log_after() {
  number "$3"
  position=$number
  find_end "$1" "$position"
  end=$((dropped + size))
  new=$((end - position))
  [ "$new" -ge 0 ] || new=$end
  [ "$new" -le "$2" ] || new=$2
  echo "$end"
  if [ "$new" -gt "$size" ]; then
    [ ! -r "$1.last" ] || tail -c $((new - size)) "$1.last"
    new=$size
  fi
  [ "$new" -eq 0 ] || tail -c +$((size - new + 1)) "$1" | head -c "$new"
} 2>/dev/null
`,
  'library/marked': `marked() {
  marked_files=$(printf 'RINGMASTER_FOUND=\\0' | grep -lzx -e RINGMASTER_FOUND= "$@" - /proc/[0-9]*/environ 2>/dev/null)
  if [ -n "$marked_files" ]; then
    for file in $marked_files; do
      file=\${file%/environ}
      case $file in /proc/*) echo "\${file#/proc/}" ;; esac
    done
  else
    for file in /proc/[0-9]*/environ; do
      if { tr '\\n\\0' '\\1\\n' <"$file" | grep -q "$@"; } 2>/dev/null; then
        file=\${file#/proc/}
        echo "\${file%/environ}"
      fi
    done
  fi
}
`,
  'library/odd-name': `escape_text='
newline=$(printf "\\nx")
newline=\${newline%x}
carriage=$(printf "\\rx")
carriage=\${carriage%x}
escape() {
  rest=$1
  escaped=
  while :; do
    head=\${rest%%[\\\\"$newline$carriage"]*}
    [ "$head" != "$rest" ] || break
    rest=\${rest#"$head"}
    case $rest in
      \\\\*) escaped="$escaped$head\\\\\\\\" ;;
      "$carriage"*) escaped="$escaped$head\\\\r" ;;
      *) escaped="$escaped$head\\\\n" ;;
    esac
    rest=\${rest#?}
  done
  escaped=$escaped$rest
}
'
escaped=
eval "$escape_text"
odd_path="*[\\\\\\\\$newline$carriage]*"
find_odd() { find . "$@" -exec sh -c "$escape_text"'for path; do escape "\${path#./}" && printf "%s\\n" "$escaped"; done' sh {} +; }
unescape() {
  name=$(printf '%b.' "$1")
  name=\${name%.}
}
odd_sum() {
  odd=$(freed sum "$1") || return 1
  odd=\${odd#\\\\}
  echo "\${odd%% *}"
}
`,
  'library/open-file': `open_file() {
  [ -f "$1" ] || return 1
  { [ -w "$1" ] && command exec 3<>"$1"; } 2>/dev/null || open_to_read "$1" || return 1
  [ -f /proc/self/fd/3 ]
}
open_to_read() {
  read -r opener _ </proc/self/stat
  guard_open >/dev/null 2>&1 &
  guard=$!
  command exec 3<"$1"
  set -- $?
  kill "$guard"
  return "$1"
}
guard_open() {
  trap 'kill -KILL "$!"; exit 0' TERM
  RINGMASTER_MARK="\${owner:-none}/open/1" sleep 10 &
  wait "$!"
  read -r _ _ _ parent _ </proc/self/stat
  [ "$parent" != "$opener" ] || kill -KILL "$opener"
}
open_files() {
  read -r opener _ </proc/self/stat
  number=3
  opened=
  for file; do
    { eval "command exec $number<>\\"\\$file\\""; } 2>/dev/null || return 1
    [ -f "/proc/self/fd/$number" ] || return 1
    opened="$opened /proc/$opener/fd/$number"
    number=$((number + 1))
  done
}
sum_open() {
  sums=$(sum $opened) || return 1
  for file; do
    printf '%s  %s\\n' "\${sums%%[!0-9a-f]*}" "$file"
    sums=\${sums#*"/proc/$opener/fd/"?}
    sums=\${sums#?}
  done
}
`,
  'library/record': `find_record() {
  record=$FOLDER_RECORDS/\${1#"$FOLDER_JOBS/"}
  [ -e "$record" ] || [ ! -s "$1/pid" ] || record=$1
  [ "$record" != "$1" ] || return 0
  for ours in pid rc ended mark supervisor spec stop lock tag counted out.dropped err.dropped; do
    [ -f "$record/$ours" ] || [ ! -e "$record/$ours" ] || rm -rf "\${record:?}/$ours"
  done
}
find_mark() {
  mark=$1
  [ ! -s "$record/mark" ] || read -r mark <"$record/mark"
}
find_stop() {
  stop_signal=TERM
  stop_ms=$1
  [ ! -s "$record/stop" ] || read -r stop_signal stop_ms <"$record/stop"
  case $stop_signal in '' | *[!A-Z0-9]*) stop_signal=TERM ;; esac
  case $stop_ms in '' | *[!0-9]*) stop_ms=$1 ;; esac
}
heal() {
  for ours in "$@"; do
    [ ! -d "$ours" ] || { [ -r "$ours" ] && [ -w "$ours" ] && [ -x "$ours" ]; } || chmod u+rwx "$ours" 2>/dev/null
  done
}
lock_state() {
  locked=unknown
  { [ -f "$record/lock" ] && [ -r "$record/lock" ]; } || return 0
  flock -s -n 7 7<"$record/lock" 2>/dev/null
  case $? in
    0) locked=no ;;
    1) locked=yes ;;
  esac
}
tagged() {
  for pid in $(for tag in "$@"; do echo "^Max resident set  *$tag "; done | grep -l -f - /proc/[0-9]*/limits 2>/dev/null); do
    pid=\${pid#/proc/}
    pid=\${pid%/limits}
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
    case \${line##*) } in Z* | X*) continue ;; esac
    kill -0 "$pid" 2>/dev/null && echo "$pid"
  done
}
find_tag() {
  tag=
  [ ! -s "$record/tag" ] || read -r tag <"$record/tag"
  case $tag in *[!0-9]*) tag= ;; esac
}
escaped() {
  [ -e "$record/supervisor" ] || return 0
  find_tag
  if [ -n "$tag" ]; then
    tagged "$tag"
  else
    lock_state
    [ "$locked" != yes ] || lock_holders
  fi
}
lock_holders() {
  supervisor=
  [ ! -f "$record/supervisor" ] || read -r supervisor <"$record/supervisor"
  before=
  for open in /proc/[0-9]*/fd/*; do
    [ "$open" -ef "$record/lock" ] || continue
    pid=\${open#/proc/}
    pid=\${pid%%/*}
    [ "$pid" = "$before" ] || [ "$pid" = "$supervisor" ] || echo "$pid"
    before=$pid
  done
}
`,
  'library/removal-lag': `removal_lag() {
  [ -d "$FOLDER_FENCES" ] || mkdir -p "$FOLDER_FENCES" || exit 1
  note=$FOLDER_FENCES/.removal
  clock=$(date +%s)
  at=
  [ ! -f "$note" ] || read -r at looked <"$note"
  case $at-$looked in
    -* | *- | *[!0-9-]*) at=$clock ;;
    *)
      passed=$((clock - looked))
      if [ "$passed" -gt 0 ] && [ "$passed" -le 86400 ]; then at=$((at + 2 * passed)); fi
      if [ "$at" -gt "$clock" ]; then at=$clock; fi
      ;;
  esac
  echo "$at $clock" >"$note.$$" && mv -f "$note.$$" "$note" || exit 1
  lag=$(((clock - at + 59) / 60))
}
`,
  'library/remove-tree': `remove_tree() {
  rm -rf "$1" 2>/dev/null && return 0
  [ -L "$1" ] || chmod -R u+rwx "$1"
  rm -rf "$1"
}
`,
  'library/sum': `if command -v sha256sum >/dev/null; then
  sum() { RINGMASTER_MARK="\${owner:-none}/sum/1" sha256sum -- "$@"; }
  sum_batches() { tr '\\n' '\\0' | RINGMASTER_MARK="\${owner:-none}/sum/1" xargs -0 -r sha256sum --; }
else
  if command -v shasum >/dev/null; then
    sum() { shasum -a 256 -- "$@"; }
  elif command -v openssl >/dev/null; then
    sum() {
      for file in "$@"; do
        hex=$(openssl dgst -sha256 -r -- "$file") || return 1
        echo "\${hex%% *}  $file"
      done
    }
  else
    echo 'sha256sum: not found' >&2
    exit "$EXIT_NO_TOOL"
  fi
  sum_batches() { while IFS= read -r line; do sum "$line"; done; }
fi
sum_lines() { freed sum_batches; }
freed() {
  free_readers >/dev/null 2>&1 &
  freeing=$!
  "$@"
  set -- $?
  kill "$freeing"
  return "$1"
}
free_readers() {
  trap 'kill -KILL "$!"; exit 0' TERM
  pause=2
  while [ -e "/proc/$$" ]; do
    RINGMASTER_MARK="\${owner:-none}/sum/1" sleep "$pause" &
    wait "$!"
    pause=$((pause * 2))
    [ "$pause" -le 60 ] || pause=60
    find -L . \\( -type p -o -type c -o -type b \\) -exec sh -c "$free_text" sh {} +
  done
}
free_text='
  for special; do
    if [ -p "$special" ]; then
      true <>"$special"
      continue
    fi
    for open in /proc/[0-9]*/fd/3; do
      [ "$open" -ef "$special" ] && [ "\${open%/fd/3}/cwd" -ef . ] && read -r name <"\${open%/fd/3}/comm" && [ "$name" = sha256sum ] || continue
      open=\${open#/proc/}
      kill -KILL "\${open%%/*}"
    done
  done
'
`,
  'library/version': `is_whole() { [ -d "$1/v/$2" ] && [ -e "$1/v/.manifest.$2" ]; }
is_current() { [ "$(readlink "$1/current")" = "v/$2" ]; }
make_current() {
  touch "$1/v/$2"
  ln -sfn "v/$2" "$1/.current" && mv -T "$1/.current" "$1/current"
}
remove_version() {
  if [ -e "$1/v/$2" ]; then mv -T "$1/v/$2" "$1/v/.gone.$2.$$" || return 1; fi
  rm -f "$1/v/.manifest.$2"
  remove_tree "$1/v/.gone.$2.$$"
}
`,
  'library/worker-silent': `worker_silent() {
  [ -s worker/beat ] && read -r beat <worker/beat && read -r up _ </proc/uptime && [ $((\${up%.*} - beat)) -gt "$WORKER_SILENT_SECONDS_MAX" ]
}
`,
  'node/ask-http': `url=$1
seconds=$2
if command -v curl >/dev/null 2>&1; then
  set -- curl -q -sSiN -m "$seconds" --noproxy '*' -- "$url"
elif command -v wget >/dev/null 2>&1; then
  unset http_proxy https_proxy ftp_proxy all_proxy
  case $(wget --help 2>&1) in
    *--max-redirect*) set -- wget --no-config -t 1 --max-redirect=0 -T "$seconds" ;;
    *-T*) set -- wget -T "$seconds" ;;
    *) set -- wget ;;
  esac
  set -- "$@" -S -O /dev/null -- "$url"
else
  exit 127
fi
guard() {
  trap 'kill "$nap"; exit' TERM
  sleep "$seconds" &
  nap=$!
  wait "$nap"
  kill "$1"
}
if command -v timeout >/dev/null 2>&1; then
  set -- timeout "$seconds" "$@"
  guard() { :; }
fi
said=$({
  "$@" 2>&1 &
  asker=$!
  echo "$asker"
  guard "$asker" >/dev/null 2>&1 &
  wait "$asker" 2>/dev/null
  kill "$!" 2>/dev/null
} | {
  read -r asker
  sed '/^ *HTTP\\/[0-9.]* [2-9]/q'
  kill "$asker" 2>/dev/null
})
status=$(echo "$said" | sed -n 's/^ *HTTP\\/[0-9.]* \\([2-9][0-9]*\\).*/\\1/p')
[ -n "$status" ] || {
  echo "\${said:-no answer in $seconds s}" >&2
  exit 1
}
echo "$status"
`,
  'node/end-worker': `[ ! -e worker/lock ] || flock -s -n worker/lock true || end_worker "$1" TERM
`,
  'node/file-age': `mark=$(stat -c '%Y %i %y' "$1") || exit 1
read -r boot </proc/sys/kernel/random/boot_id
read -r up _ </proc/uptime
echo "$(($(date +%s) - \${mark%% *})) $boot $up $mark"
`,
  'node/find-node': `where=first
try() {
  case $1 in /*) [ -f "$1" ] && [ -x "$1" ] || return 0 ;; *) return 0 ;; esac
  version=$("$1" --version 2>/dev/null </dev/null)
  case $version in v[0-9]*) ;; *) version=- ;; esac
  echo "$version $where $1"
}
echo "$PATH" >&2
home=\${HOME:-/}
if [ -n "$1" ]; then
  case $1 in "~/"*) set -- "$home/\${1#??}" ;; esac
  try "$1"
  exit 0
fi
try "$(command -v node)"
try "$(command -v nodejs)"
where=usual
for path in /usr/local/bin/node /usr/bin/node /usr/bin/nodejs /snap/bin/node /opt/conda/bin/node /opt/node*/bin/node /usr/local/node*/bin/node \\
  /usr/local/lib/nodejs/*/bin/node /usr/local/n/versions/node/*/bin/node "\${NVM_DIR:-$home/.nvm}"/versions/node/*/bin/node \\
  "$home"/.local/share/fnm/node-versions/*/installation/bin/node "$home"/.fnm/node-versions/*/installation/bin/node \\
  "$home"/.local/share/mise/installs/node/*/bin/node "$home"/.asdf/installs/nodejs/*/bin/node "$home"/.volta/tools/image/node/*/bin/node \\
  "$home"/.nodenv/versions/*/bin/node "$home"/n/bin/node "$home"/.local/bin/node "$home"/bin/node "$home"/node*/bin/node \\
  "$home"/*conda*/bin/node "$home"/*conda*/envs/*/bin/node "$home"/m*forge*/bin/node "$home"/m*forge*/envs/*/bin/node; do
  try "$path"
done
exit 0
`,
  'node/kill-marked': `tries=0
while [ $tries -lt 20 ]; do
  pids=$(marked -xFe "RINGMASTER_MARK=$1")
  [ -n "$pids" ] || exit 0
  kill -KILL $pids 2>/dev/null
  tries=$((tries + 1))
  sleep 0.05
done
exit 1
`,
  'node/lacks': `for program; do
  command -v "$program" >/dev/null || echo "$program"
done
`,
  'node/note-tunnel': `umask 077
if grep -Eqs ": (0{8}|0{32}):$(printf %04X "$1") 0+:0000 0A" /proc/net/tcp /proc/net/tcp6; then
  exit "$EXIT_EXPOSED"
fi
mkdir -p worker && echo "$1 $2" >worker/tunnel.next && mv -f worker/tunnel.next worker/tunnel
`,
  'node/probe': `for program; do command -v "$program" >/dev/null || exit "$EXIT_NO_TOOL"; done
[ -d "$FOLDER_FENCES" ] || mkdir -m 700 "$FOLDER_FENCES" 2>/dev/null
id=
{ read -r id <"$FOLDER_ID_FILE"; } 2>/dev/null
[ -n "$id" ] || {
  read -r id </proc/sys/kernel/random/uuid
  read -r owner <"$OWNER_FILE"
  { (umask 077 && echo "$id" && echo "$owner") >"$FOLDER_ID_FILE.$$" && ln "$FOLDER_ID_FILE.$$" "$FOLDER_ID_FILE"; } 2>/dev/null
  rm -f "$FOLDER_ID_FILE.$$"
  id=
  { read -r id <"$FOLDER_ID_FILE"; } 2>/dev/null
}
machine=
{ read -r machine </etc/machine-id; } 2>/dev/null
read -r host </proc/sys/kernel/hostname
read -r boot </proc/sys/kernel/random/boot_id
read -r load _ </proc/loadavg
df=$(df -Pk .)
set -- \${df%" /"*}
free=-
if [ $# -gt 1 ]; then
  shift $(($# - 2))
  free=$1
fi
alive=no
ended=
if [ -e worker/lock ]; then
  if flock -s -n worker/lock true 2>/dev/null; then
    [ ! -s worker/pid ] || ended=-
  elif worker_silent 2>/dev/null; then
    ended=silent
  else
    alive=old
    { read -r alive <worker/form && [ ! -e worker/ready ] && alive=starting; } 2>/dev/null
  fi
fi
echo "$boot $load $free $alive \${id:--} \${machine:--} \${host:--} $PWD"
[ -n "$ended" ] || exit 0
read -r pid <worker/pid
recorded() {
  { read -r of status <worker/ended && [ "$of" = "$pid" ]; } 2>/dev/null
}
[ "$ended" = silent ] || { { recorded || { sleep 0.2 && recorded; }; } && ended=$status; }
echo "$pid $ended"
tail -c "$WORKER_LOG_BYTES_READ" worker/log 2>/dev/null
exit 0
`,
  'node/purge': `left=
for name in "$@"; do
  remove_tree "./$name" || left="$left $name"
done
[ -z "$left" ] || {
  echo "cannot remove$left" >&2
  exit 1
}
rm -f "./.$OWNER_FILE."[0-9]* "./$OWNER_FILE" || exit 1
for name in * .[!.]* ..?*; do
  if [ -e "$name" ] || [ -L "$name" ]; then
    echo "$name"
    exit 0
  fi
done
folder=$PWD
cd / || exit 0
rmdir "$folder" 2>/dev/null || exit 0
above=\${folder%/*}
[ "\${above##*/}" != ringmaster ] || rmdir "$above" 2>/dev/null
exit 0
`,
  'node/read-file': `[ -r "$1" ] || {
  echo "$1 is not there" >&2
  exit "$EXIT_MISSING"
}
tail -c "$2" "$1" | head -c "$3"
`,
  'node/root': `chmod go-rwx . 2>/dev/null
pwd
`,
  'node/run': `[ -z "$1" ] || cd "$1" || exit 1
export RINGMASTER_MARK="$2"
if [ -n "$login_locale" ]; then LC_ALL=$login_locale; else unset LC_ALL; fi
[ -z "$login_language" ] || export LANGUAGE="$login_language"
lines=$3
shift 3
if [ "$lines" != 0 ]; then
  text=$(read_lines "$lines") || exit 1
  eval "$text"
fi
"$@"
`,
  'node/start-worker': `set -u
umask 077
mark=$1
form=$2
keys=$(cat)
worker=$3
shift 3
why=started
before=
mkdir -p worker
if ! flock -s -n worker/lock true; then
  running=
  { read -r running <worker/form; } 2>/dev/null
  { read -r before <worker/pid; } 2>/dev/null
  if worker_silent 2>/dev/null; then
    why=silent
    end_worker "$mark" KILL
  elif [ "$running" = "$form" ]; then
    echo "runs $before"
    exit 0
  else
    why=changed
    end_worker "$mark" TERM
  fi
fi
printf '%s\\n' "$keys" | RINGMASTER_MARK=$mark setsid sh -c "$worker" sh "$form" "$@" >/dev/null 2>&1 &
tries=0
while [ $tries -lt 100 ]; do
  if { read -r pid <worker/pid; } 2>/dev/null && [ "$pid" != "$before" ] && [ -e "/proc/$pid" ] && ! flock -s -n worker/lock true; then
    if [ -s worker/beat ] || [ $tries -ge 99 ]; then
      echo "$why $pid"
      exit 0
    fi
  fi
  tries=$((tries + 1))
  sleep 0.1
done
tail -c "$WORKER_LOG_BYTES_READ" worker/log >&2
exit "$EXIT_WORKER_ENDED"
`,
  'node/worker': `exec 9>worker/lock
flock -w 5 9 || exit 0
echo "$1" >worker/form || exit 1
rm -f worker/beat worker/ready
node=$2
shift 2
[ ! -e worker/log ] || mv -f worker/log worker/log.before
exec 3<&0
"$node" --enable-source-maps "$@" <&3 3<&- >>worker/log 2>&1 &
pid=$!
echo "$pid" >worker/pid
exec 3<&- 9>&-
wait "$pid"
echo "$pid $?" >worker/ended
`,
} as const;

export type ShellFile = keyof typeof shellFiles;
