# Answers held against the contract that the server itself serves. JSON is read
# with its types, which a Tcl dict of strings would lose; of JSON Schema there is
# as much as the contract uses, and a keyword beyond it is a complaint. An object
# whose fields are listed may have no others here: clients ignore what they do not
# know, but the contract has to know all of it.
#
#	contract_load TEXT	reads the document
#	contract_names		"METHOD /path/{id}" of every operation
#	exam STATUS WHO METHOD PATH ?JSON? ?headers?	like rest, and checks what
#				is asked (where it succeeds) and what is answered
#	live_open WHO ?…?	like ws_open
#	live_ask W TYPE ?KEY VALUE …?	a command that succeeds: its result
#	live_refused W TYPE ?KEY VALUE …?	one that does not
#	live_hear W TYPE	waits for an event, checks all that has come
#	seen KIND NAME VERDICT	whether it was: operation, command, event

array set J {}
array set Seen {}

# ------------------------------------------------------- typed values ------

# A value is {object {KEY VALUE …}}, {array {VALUE …}}, {string TEXT},
# {number TEXT}, {boolean TEXT} or {null {}}.
proc typed_read {text} {
	set tokens [regexp -all -inline \
	    {"(?:[^"\\]|\\.)*"|[][\{\},:]|[^][\s\{\},:"]+|"} $text]
	set at 0
	set value [typed_value $tokens at]
	if {$at != [llength $tokens]} {
		fail "JSON goes on behind its end: [lindex $tokens $at]"
	}
	return $value
}

proc typed_value {tokens atvar} {
	upvar 1 $atvar at
	set token [lindex $tokens $at]
	incr at
	switch -regexp -- $token {
		{^\{$} { return [list object [typed_list $tokens at \} 1]] }
		{^\[$} { return [list array [typed_list $tokens at \] 0]] }
		{^".*"$} { return [list string [typed_text $token]] }
		{^(true|false)$} { return [list boolean $token] }
		{^null$} { return {null {}} }
	}
	if {![regexp {^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$} $token]} {
		fail "no JSON: «[shown $token]»"
	}
	return [list number $token]
}

proc typed_list {tokens atvar end keyed} {
	upvar 1 $atvar at
	set items {}
	while {[lindex $tokens $at] ne $end} {
		if {[llength $items]} {
			typed_mark $tokens at ,
		}
		if {$keyed} {
			lassign [typed_value $tokens at] kind key
			equal string $kind "a key"
			typed_mark $tokens at :
			lappend items $key
		}
		lappend items [typed_value $tokens at]
	}
	incr at
	return $items
}

proc typed_mark {tokens atvar mark} {
	upvar 1 $atvar at
	equal $mark [lindex $tokens $at] "JSON"
	incr at
}

proc typed_text {token} {
	if {[string first \\ $token] < 0} {
		return [string range $token 1 end-1]
	}
	return [lindex [json::json2dict "\[$token\]"] 0]
}

# The value at a path of keys; "" where there is none.
proc typed_at {value args} {
	foreach key $args {
		lassign $value kind inside
		if {$kind ne "object" || ![dict exists $inside $key]} {
			return {}
		}
		set value [dict get $inside $key]
	}
	return $value
}

proc typed_keys {value} {
	return [dict keys [lindex $value 1]]
}

proc typed_plain {value} {
	return [lindex $value 1]
}

# ------------------------------------------------------------- schema ------

# What is wrong with a value: a list of sentences.
proc schema_check {schema value where} {
	set wrong {}
	dict for {keyword demand} [lindex $schema 1] {
		if {[string match x-* $keyword] ||
		    $keyword in {description format}} {
			continue
		}
		if {[info commands schema_is_$keyword] eq {}} {
			lappend wrong "$where: the keyword $keyword is unknown"
			continue
		}
		lappend wrong {*}[schema_is_$keyword $schema $demand $value \
		    $where]
	}
	return $wrong
}

proc schema_unless {good where what value} {
	if {$good} {
		return {}
	}
	return [list "$where: $what: [shown $value]"]
}

proc schema_of {component} {
	return [typed_at $::J(contract) components schemas $component]
}

proc schema_is_\$ref {schema demand value where} {
	set name [lindex [split [typed_plain $demand] /] end]
	set target [schema_of $name]
	if {$target eq {}} {
		return [list "$where: no component $name"]
	}
	return [schema_check $target $value $where]
}

proc schema_is_type {schema demand value where} {
	lassign $value kind text
	set type [typed_plain $demand]
	set good [expr {$type eq $kind || ($type eq "integer" &&
	    $kind eq "number" && [string is wideinteger -strict $text])}]
	return [schema_unless $good $where "is no $type" $value]
}

proc schema_is_const {schema demand value where} {
	return [schema_unless [expr {$demand eq $value}] $where \
	    "is not [typed_plain $demand]" $value]
}

proc schema_is_enum {schema demand value where} {
	return [schema_unless [expr {$value in [typed_plain $demand]}] $where \
	    "is none of the choices" $value]
}

proc schema_is_pattern {schema demand value where} {
	return [schema_unless [regexp -- [typed_plain $demand] \
	    [typed_plain $value]] $where "does not match" $value]
}

proc schema_is_minLength {schema demand value where} {
	return [schema_unless [expr {[string length [typed_plain $value]] >=
	    [typed_plain $demand]}] $where "is too short" $value]
}

proc schema_is_maxLength {schema demand value where} {
	return [schema_unless [expr {[string length [typed_plain $value]] <=
	    [typed_plain $demand]}] $where "is too long" $value]
}

proc schema_is_maxItems {schema demand value where} {
	return [schema_unless [expr {[llength [typed_plain $value]] <=
	    [typed_plain $demand]}] $where "has too many" $value]
}

proc schema_is_minimum {schema demand value where} {
	return [schema_unless [expr {[typed_plain $value] >=
	    [typed_plain $demand]}] $where "is too small" $value]
}

proc schema_is_required {schema demand value where} {
	set wrong {}
	foreach name [typed_plain $demand] {
		if {[typed_at $value [typed_plain $name]] eq {}} {
			lappend wrong "$where: [typed_plain $name] is missing"
		}
	}
	return $wrong
}

proc schema_is_properties {schema demand value where} {
	set wrong {}
	if {[lindex $value 0] ne "object"} {
		return {}
	}
	dict for {key inside} [typed_plain $value] {
		set its [typed_at $demand $key]
		if {$its eq {}} {
			lappend wrong "$where: $key is not in the contract"
		} else {
			lappend wrong {*}[schema_check $its $inside $where.$key]
		}
	}
	return $wrong
}

proc schema_is_propertyNames {schema demand value where} {
	set wrong {}
	foreach key [typed_keys $value] {
		lappend wrong {*}[schema_check $demand [list string $key] \
		    "$where, the key"]
	}
	return $wrong
}

proc schema_is_additionalProperties {schema demand value where} {
	set wrong {}
	dict for {key inside} [typed_plain $value] {
		lappend wrong {*}[schema_check $demand $inside $where.$key]
	}
	return $wrong
}

proc schema_is_items {schema demand value where} {
	set wrong {}
	foreach inside [typed_plain $value] {
		lappend wrong {*}[schema_check $demand $inside $where\[\]]
	}
	return $wrong
}

proc schema_is_oneOf {schema demand value where} {
	set fits 0
	set wrong {}
	foreach one [typed_plain $demand] {
		set its [schema_check $one $value $where]
		incr fits [expr {![llength $its]}]
		lappend wrong {*}$its
	}
	if {$fits == 1} {
		return {}
	}
	return [concat [list "$where: fits $fits of the forms"] $wrong]
}

proc schema_demand {schema value where} {
	if {$schema eq {}} {
		fail "$where: the contract has no schema for it"
	}
	set wrong [schema_check $schema $value $where]
	if {[llength $wrong]} {
		fail [join $wrong \n]
	}
}

# ----------------------------------------------------------- contract ------

proc contract_load {text} {
	set ::J(contract) [typed_read $text]
}

proc contract_names {} {
	set names {}
	foreach path [typed_keys [typed_at $::J(contract) paths]] {
		foreach method [typed_keys [typed_at $::J(contract) paths \
		    $path]] {
			lappend names "[string toupper $method] $path"
		}
	}
	return $names
}

# The path of the document that a request's path falls under: the most literal.
proc contract_path {path} {
	set parts [split $path /]
	set best {}
	set most -1
	foreach pattern [typed_keys [typed_at $::J(contract) paths]] {
		set wanted [split $pattern /]
		if {[llength $wanted] != [llength $parts]} {
			continue
		}
		set literal 0
		foreach want $wanted part $parts {
			if {$want eq $part} {
				incr literal
			} elseif {![string match "{*}" $want]} {
				set literal -1
				break
			}
		}
		if {$literal > $most} {
			set most $literal
			set best $pattern
		}
	}
	return $best
}

proc contract_operation {name} {
	lassign $name method path
	return [typed_at $::J(contract) paths $path [string tolower $method]]
}

# The schema of an answer, through the component that it may point to. "none"
# where there is no body.
proc response_schema {operation status} {
	set found [typed_at $operation responses $status]
	if {$found eq {} && $status >= 400} {
		set found [typed_at $operation responses default]
	}
	if {$found eq {}} {
		fail "the contract knows no status $status here"
	}
	set ref [typed_plain [typed_at $found \$ref]]
	if {$ref ne {}} {
		set found [typed_at $::J(contract) components responses \
		    [lindex [split $ref /] end]]
	}
	if {[typed_at $found content] eq {}} {
		return none
	}
	return [typed_at $found content application/json schema]
}

# -------------------------------------------------------- over REST ------

proc exam {status who method path {body {}} {headers {}}} {
	lassign [split $path ?] bare query
	set name "$method [contract_path $bare]"
	set operation [contract_operation $name]
	if {$operation eq {}} {
		fail "the contract has no $name ($path)"
	}
	set answer [rest $who $method $path $body $headers]
	equal $status [dict get $answer status] \
	    "$name ([shown [dict get $answer raw]])"
	set schema [response_schema $operation $status]
	if {$schema eq "none"} {
		equal {} [dict get $answer raw] "body of $name"
	} else {
		schema_demand $schema [typed_read [dict get $answer raw]] \
		    "$name, $status"
	}
	if {$status < 300} {
		exam_asked $operation $name $bare $query $body
	}
	set ::Seen(operation,$name,[expr {$status < 300 ? "good" : "bad"}]) 1
	return [dict get $answer body]
}

# What was accepted is what the contract says is taken.
proc exam_asked {operation name path query body} {
	set given {}
	foreach part [split $query &] {
		lassign [split $part =] key value
		dict set given query.$key $value
	}
	foreach want [split [lindex $name 1] /] part [split $path /] {
		if {[string match "{*}" $want]} {
			dict set given path.[string trim $want "{}"] $part
		}
	}
	set known {}
	foreach parameter [typed_plain [typed_at $operation parameters]] {
		set key [typed_plain [typed_at $parameter in]].[typed_plain \
		    [typed_at $parameter name]]
		lappend known $key
		if {[dict exists $given $key]} {
			exam_parameter [typed_at $parameter schema] \
			    [dict get $given $key] "$name, $key"
		} else {
			equal false [typed_plain [typed_at $parameter \
			    required]] "$key required"
		}
	}
	foreach key [dict keys $given] {
		truth {$key in $known} "$name, $key"
	}
	set schema [typed_at $operation requestBody content application/json \
	    schema]
	if {$body ne {} && $schema ne {}} {
		schema_demand $schema [typed_read $body] "$name, asked"
	}
}

proc exam_parameter {schema text where} {
	set text [encoding convertfrom utf-8 [url_plain $text]]
	set kind string
	if {[typed_plain [typed_at $schema type]] eq "integer"} {
		set kind number
	}
	schema_demand $schema [list $kind $text] $where
}

proc url_plain {text} {
	set out {}
	while {[regexp {^([^%]*)%([0-9A-Fa-f]{2})(.*)$} $text -> before hex \
	    text]} {
		append out $before [binary format H2 $hex]
	}
	return $out$text
}

# --------------------------------------------------- over WebSocket ------

proc live_open {who args} {
	set answer [ws_connect $who {*}$args]
	equal 101 [dict get $answer status] "upgrade"
	set w [dict get $answer ws]
	set ::W($w,taken) {}
	live_hear $w connection.established
	return $w
}

# Checks all that has come and puts it by, to be waited for.
proc live_take {w} {
	global W J Seen
	foreach raw $W($w,queue) {
		set text [encoding convertfrom utf-8 $raw]
		set value [typed_read $text]
		set type [typed_plain [typed_at $value type]]
		set ref [typed_plain [typed_at $value ref]]
		lappend W($w,taken) $value
		if {$type in {ack error} && [info exists J(asked,$ref)]} {
			live_answer $J(asked,$ref) $type $value
		} elseif {$type in {presence.pong sync.channel}} {
			live_answer $J(asked,$ref) $type $value
		} else {
			schema_demand [schema_of event.$type] $value $text
			set Seen(event,$type,good) 1
		}
	}
	set W($w,queue) {}
}

proc live_answer {command type value} {
	set name [dict get {ack {} error error presence.pong {}
	    sync.channel sync.channel} $type]
	if {$name eq {}} {
		set name $command
	}
	schema_demand [schema_of answer.$name] $value "answer to $command"
	if {$type ne "sync.channel"} {
		set ::Seen(command,$command,[expr {$type eq "error" ?
		    "bad" : "good"}]) 1
	}
}

# Waits until one of what comes satisfies the condition, seen as $type and $ref.
proc live_wait {w what condition} {
	set found {}
	wait_until $what 10000 {
		[set found [live_find $w $condition]] ne {} || [ws_over $w]
	}
	if {$found eq {}} {
		fail "closed ($::W($w,close)) before $what"
	}
	return $found
}

proc live_find {w condition} {
	upvar #0 W($w,taken) taken
	live_take $w
	set index 0
	foreach value $taken {
		set type [typed_plain [typed_at $value type]]
		set ref [typed_plain [typed_at $value ref]]
		if $condition {
			set taken [lreplace $taken $index $index]
			return $value
		}
		incr index
	}
	return {}
}

proc live_hear {w type} {
	return [live_wait $w $type "\$type eq {$type}"]
}

# Sends a command and waits for what ends it.
proc live_command {w type words} {
	set ref [incr ::W(ref)]
	set text [obj type $type ref $ref {*}$words]
	set ::J(asked,$ref) $type
	ws_text $w $text
	set answer [live_wait $w "the answer to $type" \
	    "\$ref eq {$ref} && \$type ne {sync.channel}"]
	return [list $text $answer]
}

proc live_ask {w type args} {
	lassign [live_command $w $type $args] text answer
	if {[typed_plain [typed_at $answer type]] eq "error"} {
		fail "$type was refused: [shown $answer]"
	}
	schema_demand [schema_of command.$type] [typed_read $text] \
	    "$type, asked"
	return [typed_at $answer result]
}

proc live_refused {w type args} {
	lassign [live_command $w $type $args] text answer
	equal error [typed_plain [typed_at $answer type]] \
	    "answer to $type ([shown $answer])"
}

proc seen {kind name verdict} {
	return [info exists ::Seen($kind,$name,$verdict)]
}
