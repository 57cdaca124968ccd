# bash completion for mailscope

# Completes a list divided by commas: what stands before the last comma stays.
_mailscope_list() {
	local before=
	[[ $2 == *,* ]] && before=${2%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${2##*,}")
	compopt -o nospace
}

_mailscope() {
	local word=$2 before=$3
	local views='sessions packets dialogue findings messages streams statistics'
	local options='--view --all-packets --filter --session --format --diagram --no-diagram
		--diagram-detail --keylog --extract --redact --explain --jobs --help --version'
	local formats='text tsv json jsonl'

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W 'analyze compare headers keys --help --version' -- "$word")
		return
	fi
	if [[ ${COMP_WORDS[1]} == keys ]]; then
		options='--out --help --version'
		if ((COMP_CWORD == 2)); then
			mapfile -t COMPREPLY < <(compgen -W "extract strip $options" -- "$word")
			return
		fi
	fi
	if [[ ${COMP_WORDS[1]} == compare ]]; then
		options='--session --format --keylog --redact --help --version'
		formats='text tsv json'
	fi
	if [[ ${COMP_WORDS[1]} == headers ]]; then
		options='--view --format --diagram --redact --help --version'
		formats='text tsv json'
		views='route authentication remarks'
	fi
	case $before in
	--view) _mailscope_list "$views" "$word" ;;
	--format) mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$word") ;;
	--diagram-detail) mapfile -t COMPREPLY < <(compgen -W 'mail tcp' -- "$word") ;;
	--extract)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		;;
	--filter | --session | --jobs) ;;
	*)
		if [[ $word == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		else
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
		fi
		;;
	esac
}
complete -F _mailscope mailscope
