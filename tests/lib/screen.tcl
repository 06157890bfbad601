# Full screens: programs in the panes of a tmux server that is the script's own,
# looked at as a person would, keys pressed as a person would.
#
#	pane_open NAME ?-columns 80? ?-rows 24? ?-user NAME? ARGS…
#				hubbub in a pane NAME as that person
#	pane_keys NAME KEY…	keys by tmux's names: Enter, C-l, PPage
#	pane_type NAME TEXT	text as typed
#	pane_line NAME TEXT	text and Enter
#	pane_rows NAME		the screen: a list of rows
#	pane_until NAME REGEXP ?MS?	waits until the screen matches
#	pane_while NAME REGEXP ?MS?	waits until it no longer does
#	pane_size NAME COLUMNS ROWS	resizes
#	pane_gone NAME ?MS?	waits for the program's end: its status
#
# A failure shows the screen.

array set M {up 0}

proc tmux {args} {
	return [exec tmux -S $::M(socket) -f /dev/null {*}$args]
}

# The server stays in our process group (-D), so that it ends with us.
proc screen_start {} {
	global M T
	set M(socket) $T(dir)/tmux
	write_file $T(dir)/tmux.conf [join {
		"set -g default-terminal tmux-256color"
		"set -g remain-on-exit on"
		"set -g status off"
		"set -g escape-time 0"
		"set -g history-limit 100"
	} \n]\n
	exec tmux -S $M(socket) -f $T(dir)/tmux.conf -u -D \
	    > $T(dir)/tmux.out 2>@1 &
	lappend T(cleanup) screen_stop
	# A client that finds no socket would start a server of its own.
	wait_until "tmux" 10000 {[file exists $M(socket)]}
	set M(up) 1
}

proc screen_stop {} {
	global M
	if {$M(up)} {
		set M(up) 0
		catch {tmux kill-server}
	}
}

proc pane_open {name args} {
	global M env
	if {!$M(up)} {
		screen_start
	}
	array set option [list -columns 80 -rows 24 -user $name -program \
	    $env(HUBBUB) -url {}]
	while {[info exists option([lindex $args 0])]} {
		set args [lassign $args key option($key)]
	}
	set words [list env]
	foreach {key value} [client_env $option(-user) $option(-url)] {
		lappend words $key=$value
	}
	foreach key {ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS
	    LC_ALL TZ} {
		lappend words $key=$env($key)
	}
	# The empty line is tmux's: it moves all up by one to say that the pane is
	# dead, and what was said last is to stay in sight.
	set words [concat [list sh -c {echo; exec "$@"} sh] $words \
	    [list $option(-program)]]
	tmux new-session -d -s $name -x $option(-columns) -y $option(-rows) \
	    exec\ [shell_words [concat $words $args]]
	set M($name,seen) {}
}

proc shell_words {words} {
	return [join [lmap word $words {
		format '%s' [string map {' '\\''} $word]
	}] " "]
}

proc pane_rows {name} {
	return [split [tmux capture-pane -p -t =$name:] \n]
}

proc pane_text {name} {
	return [tmux capture-pane -p -t =$name:]
}

proc pane_keys {name args} {
	tmux send-keys -t =$name: {*}$args
}

# By way of the environment: exec would take an argument that begins with > or
# | for its own.
proc pane_type {name text} {
	exec env KEYS=$text sh -c {
		exec tmux -S "$0" send-keys -t "$1" -l -- "$KEYS"
	} $::M(socket) =$name:
}

proc pane_line {name text} {
	pane_type $name $text
	pane_keys $name Enter
}

proc pane_size {name columns rows} {
	tmux resize-window -t =$name: -x $columns -y $rows
}

# Rows matter to a pattern: ^ and $ are those of a row.
proc pane_until {name pattern {ms 10000}} {
	pane_wait $name $pattern 1 $ms
}

proc pane_while {name pattern {ms 10000}} {
	pane_wait $name $pattern 0 $ms
}

proc pane_wait {name pattern wanted ms} {
	set deadline [expr {[clock milliseconds] + $ms}]
	while 1 {
		set text [pane_text $name]
		if {[regexp -line -- $pattern $text] == $wanted} {
			return $text
		}
		if {[clock milliseconds] > $deadline} {
			fail "the screen of $name\
			    [expr {$wanted ? "never had" : "kept"}]\
			    «$pattern»:\n[pane_shown $text]"
		}
		turn 40
	}
}

proc pane_shown {text} {
	return [join [lmap row [split [string trimright $text \n] \n] {
		string cat "  |" $row
	}] \n]
}

proc pane_cursor {name} {
	return [tmux display-message -p -t =$name: {#{cursor_x} #{cursor_y}}]
}

proc pane_gone {name {ms 10000}} {
	wait_until "the program in $name to end" $ms {
		[set status [pane_status $name]] ne {}
	}
	pane_close $name
	return $status
}

# The status of a program that has ended, the signal that ended it, or "". The
# leak check at exit traces the process, and tmux may miss its end for that; a
# child of tmux's own makes it look again.
proc pane_status {name} {
	lassign [split [tmux display-message -p -t =$name: \
	    {#{pane_dead}:#{pane_dead_status}#{pane_dead_signal}}] :] dead status
	if {$dead eq "1" && $status eq {}} {
		tmux run-shell true
	}
	return $status
}

proc pane_close {name} {
	catch {tmux kill-session -t =$name}
}

# The column at which a row has its first vertical border, counted in columns of
# the terminal; -1 where it has none.
proc border_of {row} {
	set at 0
	foreach one [split $row {}] {
		if {$one in [list | \u2502]} {
			return $at
		}
		incr at [char_columns $one]
	}
	return -1
}

# Enough for what the tests write: CJK and the two halves of an emoji's
# surrogate pair, marks that take no room.
proc char_columns {char} {
	scan $char %c code
	if {($code >= 0x300 && $code <= 0x36f) ||
	    ($code >= 0x200b && $code <= 0x200f) || $code == 0xfe0f} {
		return 0
	}
	if {($code >= 0x1100 && $code <= 0x115f) ||
	    ($code >= 0x2e80 && $code <= 0xa4cf) ||
	    ($code >= 0xac00 && $code <= 0xd7a3) ||
	    ($code >= 0xf900 && $code <= 0xfaff) ||
	    ($code >= 0xfe30 && $code <= 0xfe6f) ||
	    ($code >= 0xff00 && $code <= 0xff60)} {
		return 2
	}
	return 1
}
