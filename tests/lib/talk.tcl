# What people do to each other's messages, in one word each, by REST; and what a
# connection hears of a channel. For scripts that have sourced hubbub.tcl.
#
#	message_of WHO ID	the message as WHO gets it
#	edit WHO ID TEXT ?…?	delete WHO ID	REST answers, undecided
#	react WHO ID EMOJI	unreact WHO ID EMOJI	pin WHO ID	unpin WHO ID
#	reply WHO CHANNEL PARENT TEXT ?…?	the message
#	replies WHO ID ?QUERY?	a page	pins WHO CHANNEL	texts
#	channel_of WHO CHANNEL	the channel as WHO gets it
#	my WHO CHANNEL KEY	a field of its `my`
#	read_to WHO CHANNEL ID	marks as read, by REST
#	silence WHO CHANNEL UID ?MS?	silences somebody, MS from now
#	rfc_time MS	a time, in milliseconds since 1970, as the wire has it
#	settle WHO CHANNEL W…	says something and waits until every W heard it:
#				what was published before has arrived
#	sync_ask W MAP ?KEY VALUE …?	a sync over WebSocket: a dict of
#				channel id -> its sync.channel
#	sync_rest WHO MAP ?KEY VALUE …?	the same by REST
#	seq_map MAP		a dict of channel and seq as JSON
#	add_bots NAME…	bots, all in one go
#	refuse_large ERROR FIELD BOUND	too_large names the field and the bound

array set TALK {marker 0}

proc message_of {who id} {
	return [field [accepted 200 [rest $who GET /v1/messages/$id]] message]
}

proc edit {who id text args} {
	return [rest $who PATCH /v1/messages/$id [obj text $text {*}$args]]
}

proc delete {who id} {
	return [rest $who DELETE /v1/messages/$id]
}

proc percent {text} {
	set out {}
	binary scan [encoding convertto utf-8 $text] cu* bytes
	foreach byte $bytes {
		append out [format %%%02X $byte]
	}
	return $out
}

proc react {who id emoji} {
	return [rest $who PUT /v1/messages/$id/reactions/[percent $emoji]]
}

proc unreact {who id emoji} {
	return [rest $who DELETE /v1/messages/$id/reactions/[percent $emoji]]
}

proc pin {who id} {
	return [rest $who PUT /v1/messages/$id/pin]
}

proc unpin {who id} {
	return [rest $who DELETE /v1/messages/$id/pin]
}

proc pins {who channel} {
	return [texts_of [field [accepted 200 [rest $who GET \
	    /v1/channels/$channel/pins]] messages]]
}

proc texts_of {messages} {
	return [lmap message $messages {field $message text}]
}

proc reply {who channel parent text args} {
	return [post $who $channel $text parent_id $parent {*}$args]
}

proc replies {who id {query {}}} {
	return [accepted 200 [rest $who GET /v1/messages/$id/replies$query]]
}

proc channel_of {who channel} {
	return [field [accepted 200 [rest $who GET /v1/channels/$channel]] \
	    channel]
}

proc my {who channel key} {
	return [field [channel_of $who $channel] my $key]
}

proc read_to {who channel id} {
	accepted 204 [rest $who PUT /v1/channels/$channel/read \
	    [obj message_id $id]]
}

proc rfc_time {ms} {
	return [clock format [expr {$ms / 1000}] -gmt 1 \
	    -format %Y-%m-%dT%H:%M:%S].[format %03d [expr {$ms % 1000}]]Z
}

proc silence {who channel user {ms 60000}} {
	return [rest $who PUT /v1/channels/$channel/silences/$user \
	    [obj until [rfc_time [expr {[clock milliseconds] + $ms}]]]]
}

proc settle {who channel args} {
	set text "marker [incr ::TALK(marker)]"
	post $who $channel $text
	foreach w $args {
		ws_expect $w message.new {[field $m message text] eq $text}
	}
}

# Nothing that this connection has heard is of these types.
proc ws_silent {w args} {
	foreach type $args {
		ws_none $w $type
	}
}

proc ws_drop {w} {
	set ::W($w,queue) {}
}

# ---------------------------------------------------------------- sync ------

proc seq_map {map} {
	set pairs {}
	dict for {id seq} $map {
		lappend pairs "\"$id\":$seq"
	}
	return \{[join $pairs ,]\}
}

proc sync_ask {w map args} {
	set ref y[incr ::W(ref)]
	ws_text $w [obj type sync ref $ref channels:n [seq_map $map] {*}$args]
	set found {}
	while 1 {
		set m [ws_answer $w $ref]
		switch [field $m type] {
			sync.channel { sync_keep found $m }
			ack {
				equal [dict size $found] \
				    [field $m result channels] "channels"
				return $found
			}
			default { fail "sync: [shown $m]" }
		}
	}
}

proc sync_keep {foundvar entry} {
	upvar 1 $foundvar found
	set id [field $entry channel_id]
	if {[dict exists $entry channel]} {
		set id [field $entry channel id]
	}
	dict set found $id $entry
}

proc sync_rest {who map args} {
	set found {}
	foreach entry [field [accepted 200 [rest $who POST /v1/sync \
	    [obj channels:n [seq_map $map] {*}$args]]] channels] {
		sync_keep found $entry
	}
	return $found
}

# What a machine may do that a test needs many of: quicker made than people.
proc add_bots {args} {
	set done [hubbubd bot add {*}$args]
	equal 0 [dict get $done status] "bot add ([dict get $done err])"
	foreach name $args token [split [string trim [dict get $done out]] \n] {
		set ::U($name,token) $token
		set ::U($name,id) [field [accepted 200 \
		    [rest $name GET /v1/me]] user id]
	}
}

proc refuse_large {error field bound} {
	matches "*$field*$bound*" [field $error message] "message of too_large"
}
