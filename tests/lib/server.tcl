# A server of a test's own: its port, data, configuration and secrets lie in the
# test's folder, and how it ended is a verdict.
#
#	start_server {section.key VALUE …} { … }	runs the body beside it
#	stop_server ?MS?	SIGTERM; fails unless it exits 0
#	kill_server	SIGKILL		restart	starts it again on the same port
#	hubbubd ARGS…	a command beside it: a dict of status, out, err
#	add_user NAME ?-admin 1? ?-password P?	makes an account and logs it in
#	token_of NAME	id_of NAME
#	rest WHO METHOD PATH ?JSON? ?headers?	a dict of status, headers, body
#	accepted STATUS ANSWER	its body, decoded; fails on another status
#	refused STATUS CODE ANSWER	its error, the same way
#	make_channel WHO NAME ?KEY VALUE …?	its id
#	post WHO CHANNEL TEXT	sends by REST: the message
#	log_has PATTERN	a line of the server's log matches
#
# The present server is the array S: dir, port, tls_port, socket, conf, log.

array set S {up 0 count 0}
array set U {}

proc start_server {options body} {
	global S
	server_prepare $options
	set code [catch {server_start} why]
	if {$code} {
		verdict 0 "the server starts with «$options»" \
		    "$why[tail_of $S(log) 30]"
		server_drop
		return
	}
	set code [catch {uplevel 1 $body} why outer]
	if {$code == 1} {
		verdict 0 "the script holds together between its tests" \
		    [failure_text $why $outer]
	}
	if {$S(up)} {
		if {[catch {stop_server} why]} {
			verdict 0 "the server ends with status 0 on SIGTERM" \
			    "$why[tail_of $S(log) 30]"
		}
	}
	server_drop
}

# Bounds that only a hurried test would meet; a test that means them sets them.
proc server_defaults {} {
	global S
	return [list \
	    server.listen 127.0.0.1:0 \
	    server.unix_socket $S(socket) \
	    server.data_dir $S(dir)/data \
	    server.workers 2 \
	    limits.messages_per_s 100000 limits.messages_burst 100000 \
	    limits.bot_messages_per_s 100000 \
	    limits.bot_messages_burst 100000 \
	    limits.commands_per_s 100000 limits.commands_burst 100000 \
	    limits.logins_per_s 1000 limits.logins_burst 1000 \
	    limits.connections_per_user 1000 \
	    limits.connections_per_address 1000]
}

proc server_prepare {options} {
	global S U T env
	array unset S
	array unset U
	array set S {up 0 tls_port {} port {} pid {}}
	set S(dir) $T(dir)/s[incr T(servers)]
	file mkdir $S(dir)
	set S(socket) $S(dir)/hubbub.sock
	set S(conf) $S(dir)/hubbubd.conf
	set S(log) $S(dir)/log
	set T(watch) [list "server log" $S(log)]
	foreach {name sub} {XDG_CONFIG_HOME config XDG_DATA_HOME share
	    XDG_RUNTIME_DIR run XDG_CACHE_HOME cache XDG_STATE_HOME state
	    HOME home} {
		file mkdir $S(dir)/$sub
		set env($name) $S(dir)/$sub
	}
	file attributes $S(dir)/run -permissions 0700
	set S(options) [dict merge [server_defaults] $options]
	server_configure
}

# Writes the configuration file from S(options). A value "-" leaves a key out.
proc server_configure {} {
	global S
	set sections {}
	dict for {name value} $S(options) {
		if {$value ne "-"} {
			lassign [split $name .] section key
			dict lappend sections $section "$key = $value"
		}
	}
	set text {}
	dict for {section lines} $sections {
		append text "\[$section\]\n[join $lines \n]\n\n"
	}
	write_file $S(conf) $text
}

proc server_start {} {
	global S env
	close [open $S(log) a]
	set S(log_from) [file size $S(log)]
	set S(pipe) [open [list | $env(HUBBUBD) -f $S(conf) run \
	    2>> $S(log)] r]
	fconfigure $S(pipe) -blocking 0
	set S(pid) [pid $S(pipe)]
	set S(ended) 0
	set S(up) 1
	set S(closing) {}
	fileevent $S(pipe) readable [list server_readable $S(pipe)]
	wait_until "the server to be ready" 30000 {
		[regexp -line { ready( |$)} [server_log]] || $S(ended)
	}
	if {$S(ended)} {
		server_reap
		fail "the server ended at start ($S(status))"
	}
	server_find_ports
}

# Its standard output ends with the process.
proc server_readable {pipe} {
	read $pipe
	if {[eof $pipe]} {
		fileevent $pipe readable {}
		set ::S(ended) 1
		wake
	}
}

# What the present run has logged.
proc server_log {} {
	global S
	set in [open $S(log) r]
	fconfigure $in -encoding utf-8
	seek $in $S(log_from)
	set text [read $in]
	close $in
	return $text
}

proc log_has {pattern} {
	foreach line [split [server_log] \n] {
		if {[string match $pattern $line]} {
			return 1
		}
	}
	return 0
}

# A port is kept, so that the next run listens on it again.
proc server_find_ports {} {
	global S
	foreach line [split [server_log] \n] {
		if {![regexp {listening .*addr=(\S+) port=(\d+)} $line \
		    -> address port]} {
			continue
		}
		if {[string match *tls* $line]} {
			set S(tls_port) $port
			dict set S(options) tls.listen $address:$port
		} elseif {$port} {
			set S(port) $port
			dict set S(options) server.listen $address:$port
		}
	}
	server_configure
}

proc server_signal {signal} {
	exec kill -$signal $::S(pid)
}

# Waits for the end; the status goes to S(status).
proc server_reap {{ms 20000}} {
	global S
	set code [catch {
		wait_until "the server to end" $ms {$S(ended)}
	} why]
	if {$code} {
		catch {exec kill -KILL $S(pid)}
	}
	fconfigure $S(pipe) -blocking 1
	set S(status) 0
	if {[catch {close $S(pipe)} text options]} {
		set S(status) [exit_status [dict get $options -errorcode]]
	}
	set S(up) 0
	if {$code} {
		fail $why
	}
}

proc stop_server {{ms 20000}} {
	global S
	conn_close_all
	if {$S(ended)} {
		server_reap
		fail "the server had ended by itself ($S(status))"
	}
	server_signal TERM
	server_reap $ms
	equal 0 $S(status) "exit status after SIGTERM"
}

proc kill_server {} {
	server_signal KILL
	server_reap
	conn_close_all
}

proc restart {} {
	global S
	if {$S(up)} {
		stop_server
	}
	server_start
}

proc server_drop {} {
	global S T
	conn_close_all
	if {$S(up)} {
		catch {server_signal KILL}
		catch {server_reap}
	}
	check_sanitizers "a sanitizer finds nothing in what ran here"
	set T(watch) {}
}

proc hubbubd {args} {
	set input {}
	if {[lindex $args 0] eq "-stdin"} {
		set args [lassign $args - input]
	}
	return [run_program -stdin $input $::env(HUBBUBD) -f $::S(conf) \
	    {*}$args]
}

# ------------------------------------------------------------- people ------

proc add_user {name args} {
	global U
	array set option [list -admin 0 -password "$name has a secret"]
	array set option $args
	set words [list user add $name]
	if {$option(-admin)} {
		lappend words --admin
	}
	set done [hubbubd -stdin $option(-password)\n {*}$words]
	if {[dict get $done status] ne 0} {
		fail "user add $name: $done"
	}
	set U($name,password) $option(-password)
	return [login $name]
}

# Logs in and remembers who it is; returns the answer.
proc login {name {password {}}} {
	global U
	if {$password eq {}} {
		set password $U($name,password)
	}
	set body [accepted 200 [rest - POST /v1/auth/login \
	    [obj username $name password $password]]]
	set U($name,token) [dict get $body token]
	set U($name,refresh) [dict get $body refresh_token]
	set U($name,id) [dict get $body user id]
	return $body
}

proc add_bot {name} {
	global U
	set done [hubbubd bot add $name]
	equal 0 [dict get $done status] "bot add ([dict get $done err])"
	set U($name,token) [string trim [dict get $done out]]
	set U($name,id) [field [accepted 200 [rest $name GET /v1/me]] user id]
}

proc token_of {name} {
	return $::U($name,token)
}

proc id_of {name} {
	return $::U($name,id)
}

# --------------------------------------------------------------- REST ------

# WHO is a user's name, "-" for nobody, "unix" or "unix:UID" for the socket.
proc rest {who method path {body {}} {headers {}}} {
	set c [conn_open {*}[rest_door $who]]
	if {$who ne "-" && ![string match unix* $who]} {
		dict set headers Authorization "Bearer [token_of $who]"
	}
	if {$body ne {} && ![dict exists $headers Content-Type]} {
		dict set headers Content-Type application/json
	}
	conn_send $c [http_request $method $path -headers $headers -body $body]
	try {
		set answer [http_answer $c -head [expr {$method eq "HEAD"}]]
	} finally {
		conn_close $c
	}
	dict set answer raw [dict get $answer body]
	if {[string match "application/json*" \
	    [field $answer headers content-type]] && $method ne "HEAD"} {
		dict set answer body [json::json2dict [dict get $answer raw]]
	}
	return $answer
}

proc rest_door {who} {
	if {![string match unix* $who]} {
		return {}
	}
	return [list -door unix -uid [lindex [split $who :] 1]]
}

proc accepted {status answer} {
	if {[dict get $answer status] ne $status} {
		fail "wanted $status, got [shown $answer]"
	}
	return [dict get $answer body]
}

proc refused {status code answer} {
	if {[dict get $answer status] ne $status ||
	    [field $answer body error code] ne $code} {
		fail "wanted $status $code, got [shown $answer]"
	}
	return [dict get $answer body error]
}

proc make_channel {who name args} {
	return [field [accepted 201 [rest $who POST /v1/channels \
	    [obj name $name {*}$args]]] channel id]
}

proc join_channel {who id} {
	accepted 200 [rest $who POST /v1/channels/$id/join]
}

proc post {who channel text args} {
	return [field [accepted 201 [rest $who POST \
	    /v1/channels/$channel/messages [obj text $text {*}$args]]] message]
}

# All pages of a channel's history, oldest first, by `before` cursors.
proc history {who channel {limit 200}} {
	set all {}
	set cursor {}
	while 1 {
		set page [accepted 200 [rest $who GET \
		    /v1/channels/$channel/messages?limit=$limit$cursor]]
		set messages [dict get $page messages]
		set all [concat $messages $all]
		if {[dict get $page has_more] ne "true"} {
			return $all
		}
		set cursor "&before=[dict get [lindex $messages 0] id]"
	}
}
