# Byte streams to the server under test, by TCP, TLS or the Unix socket, and
# HTTP/1.1 on them, written out by hand so that a test can send what no library
# would. Reading runs the event loop.
#
#	conn_open ?-door tcp|tls|unix? ?-port N? ?-uid N? ?-tls {options}?
#	conn_send C BYTES	conn_close C	conn_eof C MS
#	conn_take C N		takes N bytes off what has come
#	http_request METHOD PATH ?-headers {…}? ?-body TEXT?	the bytes
#	http_answer C ?-head 1? ?-ms N?	a dict of status, headers, body

array set C {next 0}

proc conn_open {args} {
	global C S
	array set option {-door tcp -port {} -uid {} -tls {}}
	array set option $args
	set c conn[incr C(next)]
	switch $option(-door) {
		unix { set channel [conn_open_unix $option(-uid)] }
		tls { set channel [conn_open_tls $option(-port) $option(-tls)] }
		default {
			set port $option(-port)
			if {$port eq {}} {
				set port $S(port)
			}
			set channel [socket 127.0.0.1 $port]
		}
	}
	fconfigure $channel -blocking 0 -translation binary -buffering none
	array set C [list $c,channel $channel $c,in {} $c,eof 0 $c,open 1]
	fileevent $channel readable [list conn_readable $c]
	return $c
}

# The kernel tells the server whom socat runs as.
proc conn_open_unix {uid} {
	set command {}
	if {$uid ne {}} {
		lappend command setpriv --reuid $uid --regid $uid --clear-groups
	}
	lappend command socat -t 0.1 - UNIX-CONNECT:$::S(socket)
	return [open [concat | $command [list 2> /dev/null]] r+b]
}

proc conn_open_tls {port options} {
	package require tls
	if {$port eq {}} {
		set port $::S(tls_port)
	}
	set channel [socket 127.0.0.1 $port]
	fconfigure $channel -translation binary
	tls::import $channel -require 1 -cafile $::S(cert) -server 0 {*}$options
	if {[catch {tls::handshake $channel} why]} {
		catch {close $channel}
		fail "TLS handshake: $why"
	}
	return $channel
}

proc conn_readable {c} {
	global C
	if {[catch {read $C($c,channel)} bytes]} {
		set bytes {}
		set C($c,eof) 1
	}
	append C($c,in) $bytes
	if {$C($c,eof) || [eof $C($c,channel)]} {
		set C($c,eof) 1
		fileevent $C($c,channel) readable {}
	}
	if {[info exists C($c,feed)]} {
		{*}$C($c,feed)
	}
	wake
}

proc conn_send {c bytes} {
	global C
	if {[catch {
		puts -nonewline $C($c,channel) $bytes
		flush $C($c,channel)
	} why]} {
		set C($c,send_error) $why
	}
}

proc conn_close {c} {
	global C
	if {[info exists C($c,open)] && $C($c,open)} {
		set C($c,open) 0
		catch {close $C($c,channel)}
	}
}

proc conn_close_all {} {
	foreach name [array names ::C *,open] {
		conn_close [lindex [split $name ,] 0]
	}
}

proc conn_eof {c {ms 5000}} {
	wait_until "the server to close the connection" $ms {$::C($c,eof)}
}

proc conn_take {c count} {
	global C
	set bytes [string range $C($c,in) 0 [expr {$count - 1}]]
	set C($c,in) [string range $C($c,in) $count end]
	return $bytes
}

# --------------------------------------------------------------- HTTP ------

proc http_request {method path args} {
	array set option {-headers {} -body {} -host hubbub.test}
	array set option $args
	set head "$method $path HTTP/1.1\r\nHost: $option(-host)\r\n"
	foreach {name value} $option(-headers) {
		append head "$name: $value\r\n"
	}
	set body [encoding convertto utf-8 $option(-body)]
	if {$body ne {}} {
		append head "Content-Length: [string length $body]\r\n"
	}
	return "$head\r\n$body"
}

# The next answer on a connection. An answer to HEAD has no body.
proc http_answer {c args} {
	global C
	array set option {-head 0 -ms 10000}
	array set option $args
	wait_until "an HTTP answer" $option(-ms) {
		[string first \r\n\r\n $C($c,in)] >= 0 || $C($c,eof)
	}
	set end [string first \r\n\r\n $C($c,in)]
	if {$end < 0} {
		fail "the connection closed where an HTTP answer should come\
		    (had «[shown $C($c,in)]»)"
	}
	set lines [split [string map {\r\n \n} [conn_take $c $end]] \n]
	conn_take $c 4
	if {![regexp {^HTTP/1\.1 (\d{3}) } [lindex $lines 0] -> status]} {
		fail "no status line: [shown [lindex $lines 0]]"
	}
	set headers {}
	foreach line [lrange $lines 1 end] {
		regexp {^([^:]+):\s*(.*)$} $line -> name value
		dict set headers [string tolower $name] $value
	}
	set body {}
	if {!$option(-head) && $status >= 200 && $status ni {204 304}} {
		set body [http_body $c $headers $option(-ms)]
	}
	return [list status $status headers $headers \
	    body [encoding convertfrom utf-8 $body]]
}

proc http_body {c headers ms} {
	global C
	if {[field $headers transfer-encoding] eq "chunked"} {
		set body {}
		while {[set size [http_chunk $c $ms]] > 0} {
			wait_until "a chunk" $ms {
				[string length $C($c,in)] >= $size + 2
			}
			append body [conn_take $c $size]
			conn_take $c 2
		}
		return $body
	}
	set length [field $headers content-length]
	if {$length eq {}} {
		fail "an answer without a length: $headers"
	}
	wait_until "$length bytes of body" $ms {
		[string length $C($c,in)] >= $length
	}
	return [conn_take $c $length]
}

proc http_chunk {c ms} {
	global C
	wait_until "a chunk's size" $ms {[string first \r\n $C($c,in)] >= 0}
	set line [conn_take $c [string first \r\n $C($c,in)]]
	conn_take $c 2
	scan $line %x size
	return $size
}

# Sends bytes on a connection of their own; returns the one answer.
proc http_exchange {bytes args} {
	set c [conn_open]
	conn_send $c $bytes
	try {
		return [http_answer $c {*}$args]
	} finally {
		conn_close $c
	}
}
