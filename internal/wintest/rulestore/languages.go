package rulestore

import (
	"fmt"
	"strings"
)

// Languages are ways in which netsh might speak: what counts is that nothing is as in English. Windows' own words are
// not known; German comes near.
func Languages() map[string]Language {
	german := Language{
		Labels: strings.Split("Regelname|Beschreibung|Aktiviert|Richtung|Profile|Gruppierung|Lokales IP|Remote-IP|Protokoll|Lokaler Port|"+
			"Remoteport|Edgeausnahme|Programm|Dienst|Schnittstellentypen|Sicherheit|Regelquelle|Aktion", "|"),
		Yes: "Ja", No: "Nein", In: "Eingehend", Out: "Ausgehend", Allow: "Zulassen", Block: "Blocken", Any: "Beliebig", Local: "Lokale Einstellung", Policy: "Firewallrichtlinie",
	}
	spaced := English()
	for i, label := range spaced.Labels {
		spaced.Labels[i] = "L\u00e4 " + label + " un peu plus long que la colonne " // the colon comes after a blank
	}
	numbers := English()
	for i := range numbers.Labels {
		numbers.Labels[i] = fmt.Sprintf("\u898f\u5247%d", i)
	}
	numbers.Yes, numbers.No, numbers.In, numbers.Out, numbers.Allow, numbers.Block, numbers.Any = "\u306f\u3044", "\u3044", "\u5165", "\u51fa", "\u8a31\u53ef", "\u62d2", "\u4efb\u610f"
	wide := german
	wide.Colon = "\uff1a" // as in French and Chinese
	padded := English()
	padded.Padded = true
	return map[string]Language{"wide": wide, "padded": padded, "english": English(), "german": german, "spaced": spaced, "numbers": numbers}
}
