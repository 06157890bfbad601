# A WebSocket client (RFC 6455) whose every bit is in the test's hand: opcode,
# mask, fragments and reserved bits can be sent as no honest client would.
#
#	ws_open WHO ?options?	opens, waits for connection.established
#	ws_connect WHO ?options?	the handshake alone; see ws_handshake
#	ws_frame OPCODE PAYLOAD ?-fin 1? ?-mask 1? ?-rsv 0? ?-length N?	bytes
#	ws_send W OPCODE PAYLOAD ?…?	one frame; ws_text W TEXT a text message
#	ws_command W TYPE KEY VALUE …	sends, waits for the ack: its result
#	ws_refused CODE W TYPE KEY VALUE …	waits for that error: the error
#	ws_expect W TYPE ?PREDICATE? ?MS?	takes the first such message, seen
#				by the predicate (an expression) as $m
#	ws_none W TYPE ?PREDICATE?	none such has come
#	ws_closed W CODE ?MS?	the server closes, with that code
#
# WHO is a user's name, or "-" for nobody.

array set W {next 0 ref 0}

# Options: -headers {…} -path /ws -door tcp|tls|unix -port N -uid N -tls {…}
# -query TEXT -pong 1 (answers pings by itself).
proc ws_connect {who args} {
	global W C
	array set option {-headers {} -path /ws -query {} -pong 1}
	set door {}
	foreach {name value} $args {
		if {$name in {-door -port -uid -tls}} {
			lappend door $name $value
		} else {
			set option($name) $value
		}
	}
	set c [conn_open {*}$door]
	set headers {Upgrade websocket Connection Upgrade
	    Sec-WebSocket-Version 13
	    Sec-WebSocket-Key dGhlIHNhbXBsZSBub25jZQ==}
	if {$who ne "-"} {
		dict set headers Authorization "Bearer [token_of $who]"
	}
	set headers [dict merge $headers $option(-headers)]
	conn_send $c [http_request GET $option(-path)$option(-query) \
	    -headers $headers]
	set answer [http_answer $c]
	if {[dict get $answer status] != 101} {
		conn_close $c
		return $answer
	}
	set w ws[incr W(next)]
	array set W [list $w,conn $c $w,queue {} $w,pings {} $w,pongs {} \
	    $w,close {} $w,part {} $w,auto $option(-pong) $w,answer $answer]
	set C($c,feed) [list ws_feed $w]
	ws_feed $w
	return [list status 101 ws $w headers [dict get $answer headers]]
}

proc ws_open {who args} {
	set answer [ws_connect $who {*}$args]
	if {[dict get $answer status] != 101} {
		fail "no upgrade: [shown $answer]"
	}
	set w [dict get $answer ws]
	set ::W($w,hello) [ws_expect $w connection.established]
	return $w
}

proc ws_hello {w} {
	return $::W($w,hello)
}

proc ws_close {w} {
	conn_close $::W($w,conn)
}

# ------------------------------------------------------------- frames ------

proc ws_frame {opcode payload args} {
	array set option {-fin 1 -mask 1 -rsv 0 -length {}}
	array set option $args
	set length $option(-length)
	if {$length eq {}} {
		set length [string length $payload]
	}
	set first [expr {($option(-fin) << 7) | ($option(-rsv) << 4) | $opcode}]
	set masked [expr {$option(-mask) ? 128 : 0}]
	if {$length < 126} {
		set head [binary format cc $first [expr {$masked | $length}]]
	} elseif {$length < 65536} {
		set head [binary format ccS $first [expr {$masked | 126}] \
		    $length]
	} else {
		set head [binary format ccW $first [expr {$masked | 127}] \
		    $length]
	}
	if {!$option(-mask)} {
		return $head$payload
	}
	return $head[ws_mask $payload]
}

# The mask and the masked payload. A long payload goes under the zero mask,
# which the RFC allows and Tcl is thankful for.
proc ws_mask {payload} {
	if {[string length $payload] > 300} {
		return [binary format I 0]$payload
	}
	set key {55 250 33 61}
	binary scan $payload cu* bytes
	set out {}
	set at 0
	foreach byte $bytes {
		lappend out [expr {$byte ^ [lindex $key [expr {$at & 3}]]}]
		incr at
	}
	return [binary format c4c* $key $out]
}

proc ws_send {w opcode payload args} {
	conn_send $::W($w,conn) [ws_frame $opcode $payload {*}$args]
}

proc ws_text {w text} {
	ws_send $w 1 [encoding convertto utf-8 $text]
}

# Takes the whole frames out of what has come.
proc ws_feed {w} {
	global W C
	set c $W($w,conn)
	set in $C($c,in)
	set size [string length $in]
	set at 0
	while {$size - $at >= 2} {
		binary scan $in @${at}cucu first second
		set length [expr {$second & 127}]
		set head 2
		if {$length == 126} {
			set head 4
			if {[binary scan $in @[expr {$at + 2}]Su length] != 1} {
				break
			}
		} elseif {$length == 127} {
			set head 10
			if {[binary scan $in @[expr {$at + 2}]W length] != 1} {
				break
			}
		}
		if {$size - $at - $head < $length} {
			break
		}
		set payload [string range $in [expr {$at + $head}] \
		    [expr {$at + $head + $length - 1}]]
		incr at [expr {$head + $length}]
		ws_take $w $first $second $payload
	}
	set C($c,in) [string range $in $at end]
}

proc ws_take {w first second payload} {
	global W
	if {$second & 128} {
		lappend W($w,queue) {{"type":"MASKED FRAME FROM SERVER"}}
	}
	switch [expr {$first & 15}] {
		0 - 1 {
			append W($w,part) $payload
			if {$first & 128} {
				lappend W($w,queue) $W($w,part)
				set W($w,part) {}
			}
		}
		8 {
			set code 1005
			binary scan $payload Su code
			set W($w,close) [list $code [string range $payload 2 end]]
		}
		9 {
			lappend W($w,pings) $payload
			if {$W($w,auto)} {
				ws_send $w 10 $payload
			}
		}
		10 { lappend W($w,pongs) $payload }
	}
}

# ----------------------------------------------------------- messages ------

proc ws_decode {raw} {
	return [json::json2dict [encoding convertfrom utf-8 $raw]]
}

proc ws_type {raw} {
	regexp {"type":\s*"([^"]*)"} $raw -> type
	return $type
}

# Takes the first message of a type, from index `from` on, for which the
# predicate holds in the caller's frame, where it is the variable m.
proc ws_pick {w fromvar type predicate level} {
	global W
	upvar 1 $fromvar from
	upvar $level m m
	set queue $W($w,queue)
	for {} {$from < [llength $queue]} {incr from} {
		set raw [lindex $queue $from]
		if {[ws_type $raw] ne $type} {
			continue
		}
		set m [ws_decode $raw]
		if {[uplevel $level [list expr $predicate]]} {
			set W($w,queue) [lreplace $queue $from $from]
			return 1
		}
	}
	return 0
}

proc ws_expect {w type {predicate 1} {ms 10000}} {
	set level #[expr {[info level] - 1}]
	set from 0
	set found 0
	set what "$type ($predicate)"
	try {
		wait_until $what $ms {
			[set found [ws_pick $w from $type $predicate $level]] ||
			[ws_over $w]
		}
	} trap {TEST FAIL} why {
		fail "$why; had: [ws_summary $w]"
	}
	if {!$found} {
		fail "closed ($::W($w,close)) before $what;\
		    had: [ws_summary $w]"
	}
	upvar 1 m m
	return $m
}

proc ws_over {w} {
	return $::C($::W($w,conn),eof)
}

proc ws_summary {w} {
	return [shown [join [lrange $::W($w,queue) end-4 end] " "]]
}

proc ws_none {w type {predicate 1}} {
	set from 0
	if {[ws_pick $w from $type $predicate #[expr {[info level] - 1}]]} {
		upvar 1 m m
		fail "a $type that should not have come: [shown $m]"
	}
}

# The answer to a ref, whatever it is.
proc ws_answer {w ref {ms 10000}} {
	global W
	set needle "\"ref\":\"$ref\""
	set found {}
	wait_until "the answer to $ref" $ms {
		[set found [lsearch $W($w,queue) *$needle*]] >= 0 ||
		[ws_over $w]
	}
	if {$found < 0} {
		fail "closed ($W($w,close)) before the answer to $ref"
	}
	set raw [lindex $W($w,queue) $found]
	set W($w,queue) [lreplace $W($w,queue) $found $found]
	return [ws_decode $raw]
}

proc ws_ask {w type args} {
	set ref r[incr ::W(ref)]
	ws_text $w [obj type $type ref $ref {*}$args]
	return [ws_answer $w $ref]
}

proc ws_command {w type args} {
	set answer [ws_ask $w $type {*}$args]
	if {[field $answer type] ne "ack"} {
		fail "$type was refused: [shown $answer]"
	}
	return [field $answer result]
}

proc ws_refused {code w type args} {
	set answer [ws_ask $w $type {*}$args]
	equal error [field $answer type] "answer to $type ([shown $answer])"
	equal $code [field $answer error code] "error of $type"
	return [dict get $answer error]
}

# A presence.ping; the pong that answers it.
proc ws_ask_pong {w} {
	ws_text $w {{"type":"presence.ping","ref":"pong"}}
	return [ws_expect $w presence.pong]
}

# All that was sent before is answered once this returns.
proc ws_barrier {w} {
	ws_text $w {{"type":"presence.ping"}}
	ws_expect $w presence.pong
}

proc ws_closed {w code {ms 10000}} {
	global W
	wait_until "close $code" $ms {
		$W($w,close) ne {} || [ws_over $w]
	}
	equal $code [lindex $W($w,close) 0] "close code"
	ws_send $w 8 [binary format S $code]
	conn_eof $W($w,conn) $ms
	conn_close $W($w,conn)
}
