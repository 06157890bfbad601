# Everything a test script needs; a script starts with
#	source [file join [file dirname [info script]] .. lib hubbub.tcl]
# and ends with `finish`.

set lib [file dirname [file normalize [info script]]]
foreach part {test net ws server program screen} {
	source $lib/$part.tcl
}

# A script run by hand finds the programs that the sanitizers watch.
foreach {name program} {HUBBUBD hubbubd HUBBUB hubbub} {
	if {![info exists env($name)]} {
		set env($name) [file join [file dirname [file dirname $lib]] \
		    build asan $program]
	}
}
unset -nocomplain env(HUBBUB_SERVER) env(HUBBUB_TOKEN) env(NOTIFY_SOCKET)
