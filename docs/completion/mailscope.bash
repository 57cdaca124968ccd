# bash completion for mailscope

# Completes a list divided by commas: what stands before the last comma stays.
_mailscope_list() {
	local before=
	[[ $2 == *,* ]] && before=${2%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${2##*,}")
	compopt -o nospace
}

# The options of a command are those that its --help tells.
_mailscope_options() {
	"${COMP_WORDS[0]}" "$1" --help 2>/dev/null | sed -n 's/^ \{2,6\}-/-/p' | grep -oE -- '--[a-z0-9-]+' | sort -u
}

_mailscope() {
	local word=$2 before=$3 command=${COMP_WORDS[1]}
	local commands='analyze send fetch mail compare headers replay keys practice explain check report gui' words=
	local views='sessions packets dialogue findings messages streams statistics'

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "$commands --help --version --lang" -- "$word")
		return
	fi
	case $command:$COMP_CWORD in
	keys:2) words='extract strip' ;;
	mail:2) words='list show headers route raw del' ;;
	headers:*) views='route authentication remarks' ;;
	esac
	case $command:$before in
	*:--view) _mailscope_list "$views" "$word" ;;
	mail:--format) mapfile -t COMPREPLY < <(compgen -W 'text tsv' -- "$word") ;;
	replay:--as) mapfile -t COMPREPLY < <(compgen -W 'client server' -- "$word") ;;
	explain:--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$word") ;;
	compare:--format | headers:--format | replay:--format | check:--format)
		mapfile -t COMPREPLY < <(compgen -W 'text tsv json' -- "$word")
		;;
	*:--format) mapfile -t COMPREPLY < <(compgen -W 'text tsv json jsonl' -- "$word") ;;
	*:--diagram-detail) mapfile -t COMPREPLY < <(compgen -W 'mail tcp states' -- "$word") ;;
	*:--lang) mapfile -t COMPREPLY < <(compgen -W 'en ru' -- "$word") ;;
	*:--tls) mapfile -t COMPREPLY < <(compgen -W 'none offered starttls implicit' -- "$word") ;;
	*:--tls-minimum) mapfile -t COMPREPLY < <(compgen -W '1.0 1.1 1.2 1.3' -- "$word") ;;
	*:--capture) mapfile -t COMPREPLY < <(compgen -W 'on off' -- "$word") ;;
	*:--auth)
		mapfile -t COMPREPLY < <(compgen -W \
			'SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER APOP USER' -- "$word")
		;;
	report:--out | report:--template | report:-o)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	report:--title | report:--author) ;;
	*:--extract | *:--store | *:--out)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		;;
	*:--filter | *:--session | *:--jobs | *:--server | *:--port | *:--user | *:--from | *:--to | *:--subject) ;;
	*)
		if [[ $word == -* || -n $words ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$words $(_mailscope_options "$command")" -- "$word")
		else
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
		fi
		;;
	esac
}
complete -F _mailscope mailscope
