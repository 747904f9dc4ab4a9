#!@BASH@
# The linker of the bootstrap seed: GNU ld, with a run path for every shared library of the store.
#
# A library found through -L or LIBRARY_PATH in a store item is found again when the program runs
# only if that item's directory is in the program's RUNPATH.  Guix has a wrapper with the same duty
# (gnu/packages/ld-wrapper.in); this is another one, in the only language the seed has.
#
# GUIX_LD_WRAPPER_DISABLE_RPATH=yes turns it into plain ld, as there.

shopt -s extglob
linker=@LD@
store=@STORE@

if [[ $GUIX_LD_WRAPPER_DISABLE_RPATH == yes ]]; then
    exec "$linker" "$@"
fi

# Arguments as ld will see them, with those in @FILE arguments.
arguments=()
expand() {
    local argument
    for argument; do
        if [[ $argument == @* && -f ${argument#@} ]]; then
            local words=()
            mapfile -d '' words < <(@XARGS@ @PRINTF@ '%s\0' < "${argument#@}")
            expand "${words[@]}"
        else
            arguments+=("$argument")
        fi
    done
}
expand "$@"

directories=() libraries=() files=()
declare -A known=()
static=
for ((i = 0; i < ${#arguments[@]}; i++)); do
    argument=${arguments[i]}
    case $argument in
        -r|-i|-Ur|--relocatable|-static|-static-pie) exec "$linker" "$@" ;;
        -L|--library-path) directories+=("${arguments[++i]}") ;;
        -L*) directories+=("${argument#-L}") ;;
        --library-path=*) directories+=("${argument#*=}") ;;
        -l|--library) libraries+=("$static${arguments[++i]}") ;;
        -l*) libraries+=("$static${argument#-l}") ;;
        --library=*) libraries+=("$static${argument#*=}") ;;
        -Bstatic|-dn|-non_shared) static=static: ;;
        -Bdynamic|-dy|-call_shared) static= ;;
        -rpath|--rpath|-R) known[${arguments[++i]}]=1 ;;
        -rpath=*|--rpath=*) known[${argument#*=}]=1 ;;
        -o|--output|-dynamic-linker|--dynamic-linker|-soname|-h|-T|-plugin|-plugin-opt|-z|-m|-rpath-link) ((i++)) ;;
        "$store"/*.so|"$store"/*.so.*) files+=("$argument") ;;
    esac
done

additions=()
add() {
    if [[ -z ${known[$1]} ]]; then
        known[$1]=1
        additions+=(-rpath "$1")
    fi
}

for library in "${libraries[@]}"; do
    # libgcc_s.so.1 has a copy beside libc, which every program finds.
    [[ $library == static:* || $library == gcc_s ]] && continue
    if [[ $library == :* ]]; then name=${library#:}; else name=lib$library.so; fi
    for directory in "${directories[@]}"; do
        directory=${directory%%+(/)}
        if [[ -e $directory/$name ]]; then
            [[ $directory == "$store"/* ]] && add "$directory"
            break
        fi
    done
done
for file in "${files[@]}"; do add "${file%/*}"; done

exec "$linker" "$@" "${additions[@]}"
