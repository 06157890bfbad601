# Programs of the client, each person with a configuration folder of their own:
# run to their end, held open on pipes, or on a terminal of Expect.
#
#	client_login NAME	the verb `login`: leaves NAME's token file
#	client NAME ?-stdin TEXT? ?-limit S? ARGS…	runs hubbub to its end: a
#				dict of status, out, err
#	prog_open NAME ARGS…	hubbub on pipes: a handle
#	prog_send P LINE	a line to its standard input
#	prog_end P		closes its standard input
#	prog_expect P REGEXP ?MS?	waits until its output has it; takes all
#				up to and with the match
#	prog_lines P		takes the whole lines that have come
#	prog_status P ?MS?	waits for its end: the exit status
#	prog_err P		what it has written to standard error
#	prog_signal P SIGNAL

array set P {next 0}

# Where the client of a person keeps its things, and which server it means.
proc client_env {name {url {}}} {
	global S
	set home $S(dir)/people/$name
	foreach sub {config share run cache state} {
		file mkdir $home/$sub
	}
	if {$url eq {}} {
		set url http://127.0.0.1:$S(port)
	}
	return [list HOME $home XDG_CONFIG_HOME $home/config \
	    XDG_DATA_HOME $home/share XDG_RUNTIME_DIR $home/run \
	    XDG_CACHE_HOME $home/cache XDG_STATE_HOME $home/state \
	    HUBBUB_SERVER $url]
}

proc client {name args} {
	set options {}
	while {[lindex $args 0] in {-stdin -limit}} {
		set args [lassign $args option value]
		lappend options $option $value
	}
	return [run_program {*}$options -env [client_env $name] \
	    $::env(HUBBUB) {*}$args]
}

proc client_login {name} {
	set got [client $name -stdin $::U($name,password)\n login $name]
	if {[dict get $got status] ne 0} {
		fail "login $name: $got"
	}
}

# Makes an account and its token file.
proc add_client {name args} {
	add_user $name {*}$args
	client_login $name
}

proc prog_open {name args} {
	global P T
	set p prog[incr P(next)]
	set P($p,err) $T(dir)/$p.err
	set words [list env]
	foreach {key value} [client_env $name] {
		lappend words $key=$value
	}
	set P($p,channel) [open [concat | $words [list $::env(HUBBUB)] $args \
	    [list 2> $P($p,err)]] r+]
	fconfigure $P($p,channel) -blocking 0 -encoding utf-8 -buffering line \
	    -translation lf
	array set P [list $p,out {} $p,eof 0 $p,pid [pid $P($p,channel)]]
	fileevent $P($p,channel) readable [list prog_readable $p]
	return $p
}

proc prog_readable {p} {
	global P
	append P($p,out) [read $P($p,channel)]
	if {[eof $P($p,channel)]} {
		fileevent $P($p,channel) readable {}
		set P($p,eof) 1
	}
	wake
}

proc prog_send {p line} {
	catch {
		puts $::P($p,channel) $line
		flush $::P($p,channel)
	}
}

proc prog_end {p} {
	fconfigure $::P($p,channel) -blocking 1
	catch {close $::P($p,channel) write}
	fconfigure $::P($p,channel) -blocking 0
}

proc prog_signal {p signal} {
	exec kill -$signal $::P($p,pid)
}

proc prog_expect {p pattern {ms 10000}} {
	global P
	set code [catch {
		wait_until "«$pattern»" $ms {
			[regexp -indices -- $pattern $P($p,out) range] ||
			$P($p,eof)
		}
	} why]
	if {$code || ![info exists range] || $range eq {}} {
		fail "no «$pattern» in «[shown $P($p,out)]», standard error:\
		    «[shown [prog_err $p]]» ($why)"
	}
	lassign $range first last
	set found [string range $P($p,out) $first $last]
	set P($p,out) [string range $P($p,out) [expr {$last + 1}] end]
	return $found
}

proc prog_lines {p} {
	global P
	set end [string last \n $P($p,out)]
	if {$end < 0} {
		return {}
	}
	set lines [split [string range $P($p,out) 0 [expr {$end - 1}]] \n]
	set P($p,out) [string range $P($p,out) [expr {$end + 1}] end]
	return $lines
}

proc prog_err {p} {
	return [read_file $::P($p,err)]
}

proc prog_status {p {ms 15000}} {
	global P
	set code [catch {
		wait_until "the program to end" $ms {$P($p,eof)}
	} why]
	if {$code} {
		catch {exec kill -KILL $P($p,pid)}
	}
	fconfigure $P($p,channel) -blocking 1
	set status 0
	if {[catch {close $P($p,channel)} text options]} {
		set status [exit_status [dict get $options -errorcode]]
	}
	if {$code} {
		fail "$why (standard error: [shown [prog_err $p]])"
	}
	return $status
}

proc prog_kill {p} {
	catch {exec kill -KILL $::P($p,pid)}
	catch {close $::P($p,channel)}
}
