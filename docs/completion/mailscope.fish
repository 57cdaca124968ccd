# fish completion for mailscope

set -l views sessions packets dialogue findings messages streams statistics
set -l analyze -c mailscope -n '__fish_seen_subcommand_from analyze'
set -l compare -c mailscope -n '__fish_seen_subcommand_from compare'
set -l headers -c mailscope -n '__fish_seen_subcommand_from headers'
set -l keys -c mailscope -n '__fish_seen_subcommand_from keys'

complete -c mailscope -n __fish_use_subcommand -f -a analyze -d 'Packets, dialogue, findings, diagram of captures'
complete -c mailscope -n __fish_use_subcommand -f -a send -d 'A message by SMTP: logged, captured, drawn'
complete -c mailscope -n __fish_use_subcommand -f -a fetch -d 'New mail by POP3: logged, captured, drawn'
complete -c mailscope -n __fish_use_subcommand -f -a mail -d 'The stored messages'
complete -c mailscope -n __fish_use_subcommand -f -a compare -d 'The log of a session against its capture'
complete -c mailscope -n __fish_use_subcommand -f -a headers -d 'The route of a message in its service headers'
complete -c mailscope -n __fish_use_subcommand -f -a replay -d 'One side of a captured session, played to a live peer'
complete -c mailscope -n __fish_use_subcommand -f -a keys -d 'Take the TLS secrets out of a capture'
complete -c mailscope -n __fish_use_subcommand -f -a gui -d 'The mail client with windows'
complete -c mailscope -n __fish_use_subcommand -f -a practice -d 'A mail server on loopback to practise with'
complete -c mailscope -n __fish_use_subcommand -f -a explain -d 'What a line of a session means'
complete -c mailscope -n __fish_use_subcommand -f -a check -d 'Sessions of a class against rules'
complete -c mailscope -n __fish_use_subcommand -f -a report -d 'A lab report as one HTML page'
complete -c mailscope -l help -d 'Print help'
complete -c mailscope -l lang -x -a 'en ru' -d 'The language of what is printed'
complete -c mailscope -l version -d 'Print the version'

complete $analyze -l view -x -a "(__fish_complete_list , 'string split \" \" -- \"$views\"')" -d 'What to print'
complete $analyze -l all-packets -d 'The packet list shows every frame'
complete $analyze -l filter -x -d 'Only packets that pass this libpcap filter'
complete $analyze -l session -x -d 'These sessions only'
complete $analyze -l format -x -a 'text tsv json jsonl' -d 'How to print'
complete $analyze -l diagram -r -F -d 'Write the flow diagram here'
complete $analyze -l no-diagram -d 'Write no diagram'
complete $analyze -l diagram-detail -x -a 'mail tcp states' -d 'What the diagram shows'
complete $analyze -l keylog -r -F -d 'TLS secrets to open TLS with'
complete $analyze -l extract -x -a '(__fish_complete_directories)' -d 'Write every message as an .eml file'
complete $analyze -l redact -d 'Hide every secret'
complete $analyze -l explain -d 'Say what each line means'
complete $analyze -l jobs -x -d 'Analyze so many captures at a time'

complete $keys -n 'not __fish_seen_subcommand_from extract strip' -a 'extract strip'
complete $keys -l out -r -F -d 'Where to write'

complete $compare -l session -x -d 'The session of this number'
complete $compare -l format -x -a 'text tsv json' -d 'How to print'
complete $compare -l keylog -r -F -d 'TLS secrets to open TLS with'
complete $compare -l redact -d 'Hide every secret'

complete $headers -l view -x -a "(__fish_complete_list , 'string split \" \" -- \"route authentication remarks\"')" -d 'What to print'
complete $headers -l format -x -a 'text tsv json' -d 'How to print'
complete $headers -l diagram -r -F -d 'Draw the route here'
complete $headers -l redact -d 'Hide local parts of addresses'
complete $headers -l explain -d 'Say what each field is'
# The other commands' options are those that their --help tells.
function __mailscope_told
    mailscope (commandline -opc)[2] --help 2>/dev/null |
        sed -n 's/^ \{2,6\}\(-., \)*\(--[a-z0-9-]*\)[^ ]*\( [^ ]*\)\{0,1\} *\(.*\)/\2\t\4/p'
end
complete -c mailscope -n '__fish_seen_subcommand_from send fetch mail replay explain check report' -a '(__mailscope_told)'
complete -c mailscope -n '__fish_seen_subcommand_from mail' -f -a 'list show headers route raw del'
