# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154 # the caller's, see below
#
# Sourced by what fetches packages of another Debian suite or architecture than this machine's, into
# the cache
#   ${SOT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sockopt-trace}
# What is cached stays until its folder is removed. The system's own apt state is only read.
#
# The caller has set: suite, arch, label (what the fetched version must start with, up to a -),
# folder (where it goes); and has usage_error and skip, which print and exit.

# A folder of the cache: KIND/LABEL.
cache_folder()
{
	if [ -n "${SOT_CACHE:-}" ]; then
		echo "$SOT_CACHE/$1"
	elif [ -n "${XDG_CACHE_HOME:-${HOME:-}}" ]; then
		echo "${XDG_CACHE_HOME:-$HOME/.cache}/sockopt-trace/$1"
	else
		usage_error "no folder to keep packages in: set SOT_CACHE, XDG_CACHE_HOME or HOME."
	fi
}

require_tools()
{
	local tool

	for tool in apt-get apt-cache apt-config dpkg-deb; do
		command -v "$tool" >/dev/null ||
			skip "Debian's packages are fetched with $tool, which is not here."
	done
}

# Whether a suite is the machine's main one, for awk: neither -updates nor -security nor a
# third party's, whose mirrors do not carry the suite we want.
main_suite_awk='
function is_main_suite(name)
{
	return name == codename || name ~ /^(oldoldstable|oldstable|stable|testing|unstable|sid)$/
}'

# Stanzas of a deb822 file ($1), one file each ($2 begins their names), with our suite in place of
# theirs. Targets keeps apt from fetching anything but the list of packages.
derive_deb822()
{
	awk -v RS= -v suite="$suite" -v codename="$codename" -v out="$2" "$main_suite_awk"'
	{
		split("", field)
		kept = key = ""
		count = split($0, line, "\n")
		for (i = 1; i <= count; i++) {
			if (line[i] ~ /^#/)
				continue
			value = line[i]
			if (value !~ /^[ \t]/) {
				key = tolower(substr(value, 1, index(value, ":") - 1))
				sub(/^[^:]*:/, "", value)
			}
			field[key] = field[key] " " value
			if (key !~ /^(types|suites|components|architectures|targets|enabled)$/)
				kept = kept line[i] "\n"
		}
		usable = tolower(field["enabled"]) !~ /^[ \t]*(no|false|0)/ &&
			(field["types"] " ") ~ /[ \t]deb[ \t]/ &&
			(field["components"] " ") ~ /[ \t]main[ \t]/
		wanted = 0
		count = split(field["suites"], name, /[ \t]+/)
		for (i = 1; i <= count; i++)
			wanted = wanted || is_main_suite(name[i])
		if (!usable || !wanted)
			next
		file = out "-" NR ".sources"
		printf "%sTypes: deb\nSuites: %s\nComponents: main\nTargets: Packages\n",
			kept, suite >file
		close(file)
	}' "$1"
}

# The same for a file of one-line sources.
derive_one_line()
{
	awk -v suite="$suite" -v codename="$codename" -v out="$2" "$main_suite_awk"'
	$1 == "deb" {
		options = ""
		sub(/#.*/, "")
		sub(/^[ \t]*deb[ \t]+/, "")
		if (match($0, /^\[[^]]*\]/)) {
			options = substr($0, 2, RLENGTH - 2)
			$0 = substr($0, RLENGTH + 1)
			gsub(/(arch|target)[-+]?=[^ \t]*/, "", options)
		}
		if ($1 ~ /^cdrom:/ || !is_main_suite($2) || $0 !~ /[ \t]main([ \t]|$)/)
			next
		file = out "-" NR ".list"
		print "deb [" options " target=Packages] " $1 " " suite " main" >file
		close(file)
	}' "$1"
}

# Writes every main source of this machine, changed to our suite, to $work/sources/.
derive_sources()
{
	local codename file number=0 SOURCE_LIST SOURCE_PARTS

	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d \")
	eval "$(apt-config shell SOURCE_LIST Dir::Etc::SourceList/f \
		SOURCE_PARTS Dir::Etc::SourceParts/d)"
	mkdir "$work/sources"
	for file in "$SOURCE_LIST" "$SOURCE_PARTS"/*.list "$SOURCE_PARTS"/*.sources; do
		[ -f "$file" ] || continue
		number=$((number + 1))
		case $file in
		*.sources) derive_deb822 "$file" "$work/sources/$number" ;;
		*) derive_one_line "$file" "$work/sources/$number" ;;
		esac
	done
}

# A configuration file and not -o options: only a file can #clear the system's hooks, which
# would otherwise run after our update and clean the system's cache.
write_apt_conf()
{
	mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"
	cat >"$work/apt.conf" <<-EOF_CONF
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear APT::Architectures;
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Default-Release "";
		APT::Sandbox::User "root"; // the sandbox's user may not enter our folder
		APT::Update::Error-Mode "any";
		Acquire::Check-Valid-Until "false"; // a mirror that lags: signed all the same
		Acquire::Languages "none";
		Acquire::PDiffs "false";
		Acquire::Retries "2";
		Acquire::http::Timeout "30";
		Acquire::https::Timeout "30";
		Dir::Etc::SourceList "/dev/null";
		Dir::Etc::SourceParts "$work/parts";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::State::Lists "$work/lists";
		Dir::State::status "/dev/null"; // what is installed here must not matter
		Dir::Cache "$work/cache";
	EOF_CONF
}

# Takes the first of the machine's sources that carries the suite: where the function $1, which
# looks something up, succeeds. $2 names what it looks up.
find_in_suite()
{
	local lookup=$1 what=$2 source

	for source in "$work"/sources/*; do
		[ -f "$source" ] || skip "apt's sources here name no Debian mirror" \
			"to fetch from; add one to /etc/apt/sources.list.d."
		rm -f "$work"/parts/*
		cp "$source" "$work/parts/"
		apt-get -c "$work/apt.conf" -q update >>"$work/log" 2>&1 || continue
		if "$lookup"; then
			return
		fi
	done
	skip "$what could not be looked up in Debian $suite: $(last_complaint)"
}

# apt's own last word, on one line, without a password that a source's address may hold.
last_complaint()
{
	local complaint

	complaint=$(grep -E '^[EW]: ' "$work/log" | grep -v 'Some index files failed' |
		tail -n 1 | sed 's|//[^/@]*@|//|' || true)
	echo "${complaint:-its list has no such package.}"
}

# $1: what the suite has; $2: what has that version.
check_version()
{
	case $1 in
	"${label%%-*}"[.~-]* | "${label%%-*}") ;;
	*) skip "the newest $2 of Debian $suite is now $1, not $label;" \
		"change its row in tests/vm/kernels.tab." ;;
	esac
}

# Packages as PACKAGE=VERSION, into $work.
download()
{
	(cd "$work" && apt-get -c "$work/apt.conf" -q download "$@") >>"$work/log" 2>&1 ||
		skip "$1 could not be fetched: $(last_complaint)"
}

# Sets work, and readies apt for the suite.
begin_fetch()
{
	require_tools
	mkdir -p "$(dirname "$folder")" 2>/dev/null ||
		skip "$(dirname "$folder") cannot be made;" \
			"set SOT_CACHE to a folder you may write to."
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	derive_sources
	write_apt_conf
}

# Moves what is in $1 to $folder, of which $2 is a part. A folder is either whole or not there:
# rename is atomic, and fails if someone was faster, whose files are then as good as ours.
put_in_place()
{
	local staged

	staged=$(mktemp -d "$(dirname "$folder")/.$label.XXXXXX")
	cp -r "$1"/. "$staged/"
	chmod -R u=rwX,go=rX "$staged"
	mv -T "$staged" "$folder" 2>>"$work/log" || rm -rf "$staged"
	[ -e "$folder/$2" ] || skip "$folder could not be put in place; remove it and try again."
}
