# What every test script stands on: named tests, what they demand, waiting on
# conditions, and the end of the script. Knows nothing of servers or clients.
#
#	test "a sentence of behaviour" { … }	runs the body, prints the verdict
#	skip "why"			ends the present test without a verdict
#	equal WANTED GOT ?about?	demand, with both shown where they differ
#	truth CONDITION ?about?		the condition (an expression) holds
#	matches PATTERN GOT		a glob pattern
#	wait_until WHAT MS CONDITION	runs the event loop until the condition
#					holds; fails with WHAT after MS
#	run_program ARGS…		-stdin TEXT, then the command: a dict of
#					status, out, err
#	obj KEY VALUE …			a JSON object (see below)

package require Tcl 8.6
package require json

array set T {failed 0 count 0 dir {} current {} cleanup {} watch {}}

if {[info exists env(HUBBUB_TEST_DIR)]} {
	set T(dir) $env(HUBBUB_TEST_DIR)
} else {
	set T(dir) [exec mktemp -d /tmp/hubbub-test.XXXXXX]
	lappend T(cleanup) [list file delete -force $T(dir)]
}
set env(LC_ALL) C.UTF-8
set env(TZ) UTC
fconfigure stdout -encoding utf-8 -buffering line
encoding system utf-8

# What a sanitizer finds goes to files of its own, which finish() looks for.
set T(lib) [file dirname [file normalize [info script]]]
foreach {name extra} [list ASAN detect_leaks=1:abort_on_error=0 \
    UBSAN print_stacktrace=1 LSAN \
    suppressions=$T(lib)/leaks.supp:print_suppressions=0 \
    TSAN second_deadlock_stack=1] {
	set env(${name}_OPTIONS) $extra:log_path=$T(dir)/sanitizer
}

# -------------------------------------------------------------- tests ------

proc test {sentence body} {
	global T
	if {[info exists ::env(HUBBUB_TEST_ONLY)] &&
	    ![string match -nocase *$::env(HUBBUB_TEST_ONLY)* $sentence]} {
		return
	}
	set T(current) $sentence
	set began [clock milliseconds]
	set code [catch {uplevel 1 $body} result options]
	set T(current) {}
	if {[info exists ::env(HUBBUB_TEST_TIMES)]} {
		puts "# [expr {[clock milliseconds] - $began}] ms"
	}
	if {$code != 1} {
		verdict 1 $sentence
	} elseif {[dict get $options -errorcode] eq {TEST SKIP}} {
		verdict 1 "$sentence # skip: $result"
	} else {
		verdict 0 $sentence [failure_text $result $options]
	}
}

proc skip {why} {
	return -code error -errorcode {TEST SKIP} $why
}

# Prints one verdict; the text tells what went wrong.
proc verdict {good sentence {text {}}} {
	global T
	incr T(count)
	set sentence [string map {\n " "} $sentence]
	if {$good} {
		puts "ok $sentence"
		return
	}
	incr T(failed)
	puts "not ok $sentence"
	foreach line [split [string trimright $text \n] \n] {
		puts "#   [printable $line]"
	}
}

# The message, where it arose, and the end of the watched logs.
proc failure_text {message options} {
	set text $message
	set trace [dict get $options -errorinfo]
	set place {}
	foreach line [split $trace \n] {
		if {[regexp {\(procedure|\(".*" body line|\(file } $line]} {
			append place "\n" [string trim $line]
		}
	}
	append text $place
	foreach {title path} $::T(watch) {
		append text "\n--- $title" [tail_of $path 25]
	}
	return $text
}

proc tail_of {path lines} {
	if {[catch {open $path r} in]} {
		return "\n(no $path)"
	}
	fconfigure $in -encoding utf-8
	set all [split [string trimright [read $in] \n] \n]
	close $in
	set text {}
	foreach line [lrange $all end-[expr {$lines - 1}] end] {
		append text \n [string range $line 0 400]
	}
	return $text
}

# Control characters must not reach the terminal of whoever reads the log.
proc printable {text} {
	set out {}
	foreach char [split $text {}] {
		scan $char %c code
		if {($code < 32 && $code != 9) || ($code >= 127 && $code < 160)} {
			append out [format {\x%02x} $code]
		} else {
			append out $char
		}
	}
	return $out
}

# Ends the script: cleans up, looks at what the sanitizers left.
proc finish {} {
	global T
	foreach script [lreverse $T(cleanup)] {
		catch {uplevel #0 $script}
	}
	check_sanitizers "nothing that was run is reported by a sanitizer"
	puts "# done"
	exit [expr {$T(failed) > 0}]
}

# A verdict only where there is a report, or where none was ever asked for.
proc check_sanitizers {sentence} {
	set reports [glob -nocomplain $::T(dir)/sanitizer.*]
	foreach report $reports {
		verdict 0 $sentence [head_of $report 60]
		file delete $report
	}
	return [expr {![llength $reports]}]
}

proc head_of {path lines} {
	set in [open $path r]
	set all [split [read $in] \n]
	close $in
	return [join [lrange $all 0 $lines] \n]
}

# ------------------------------------------------------------ demands ------

proc fail {message} {
	return -code error -errorcode {TEST FAIL} $message
}

proc shown {value} {
	set value [printable $value]
	if {[string length $value] > 600} {
		return "[string range $value 0 600]… ([string length $value])"
	}
	return $value
}

proc equal {wanted got {about "value"}} {
	if {$wanted ne $got} {
		fail "$about: wanted «[shown $wanted]», got «[shown $got]»"
	}
}

proc truth {condition {about {}}} {
	if {![uplevel 1 [list expr $condition]]} {
		fail "not so: $condition $about"
	}
}

proc matches {pattern got {about "value"}} {
	if {![string match $pattern $got]} {
		fail "$about: wanted like «[shown $pattern]», got «[shown $got]»"
	}
}

# ------------------------------------------------------------ waiting ------

set woken 0

# Whoever reads from outside calls this, so that conditions are looked at anew.
proc wake {} {
	incr ::woken
}

proc wait_until {what ms condition} {
	set deadline [expr {[clock milliseconds] + $ms}]
	while {![uplevel 1 [list expr $condition]]} {
		if {[clock milliseconds] > $deadline} {
			fail "waited $ms ms in vain for $what"
		}
		turn 15
	}
}

# One turn of the event loop: until something came in, `ms` at the most.
proc turn {ms} {
	set timer [after $ms wake]
	vwait woken
	after cancel $timer
}

# ----------------------------------------------------------- programs ------

# run_program ?-stdin TEXT? ?-limit SECONDS? ?-env {NAME VALUE …}? COMMAND ARGS…
# Nothing outlives its limit. A program ended by a signal has status "SIGxxx".
proc run_program {args} {
	array set option {-stdin {} -limit 30 -env {}}
	while {[info exists option([lindex $args 0])]} {
		set args [lassign $args name option($name)]
	}
	set prefix [list timeout -k 2 $option(-limit)]
	if {[llength $option(-env)]} {
		lappend prefix env
		foreach {name value} $option(-env) {
			lappend prefix $name=$value
		}
	}
	set base $::T(dir)/run.[incr ::T(runs)]
	write_file $base.in $option(-stdin)
	set code [catch {exec -ignorestderr {*}$prefix {*}$args < $base.in \
	    > $base.out 2> $base.err} result options]
	set status 0
	if {$code} {
		set status [exit_status [dict get $options -errorcode]]
	}
	set answer [list status $status out [read_file $base.out] \
	    err [read_file $base.err]]
	file delete $base.in $base.out $base.err
	return $answer
}

proc exit_status {errorcode} {
	switch [lindex $errorcode 0] {
		CHILDSTATUS { return [lindex $errorcode 2] }
		CHILDKILLED { return [lindex $errorcode 2] }
		default { return $errorcode }
	}
}

proc read_file {path} {
	set in [open $path r]
	fconfigure $in -encoding utf-8
	set text [read $in]
	close $in
	return $text
}

proc write_file {path text} {
	set out [open $path w]
	fconfigure $out -encoding utf-8 -translation lf
	puts -nonewline $out $text
	close $out
}

# --------------------------------------------------------------- JSON ------

proc json_string {text} {
	set out [string map {\\ \\\\ \" \\\" \n \\n \r \\r \t \\t} $text]
	while {[regexp {[\x00-\x1f]} $out char]} {
		set out [string map [list $char \
		    [format {\u%04x} [scan $char %c]]] $out]
	}
	return "\"$out\""
}

# A JSON object. A key is "name" for a string, "name:n" for a number, a boolean
# or any other ready JSON, "name:l" for a list of strings.
proc obj {args} {
	set fields {}
	foreach {key value} $args {
		lassign [split $key :] name kind
		switch $kind {
			n { set text $value }
			l { set text \[[join [lmap item $value \
			    {json_string $item}] ,]\] }
			default { set text [json_string $value] }
		}
		lappend fields [json_string $name]:$text
	}
	return \{[join $fields ,]\}
}

# The value at a path of keys, "" where there is none.
proc field {dict args} {
	if {[catch {dict get $dict {*}$args} value]} {
		return {}
	}
	return $value
}
