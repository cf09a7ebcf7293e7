package wintest

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// crlf makes a script of lines.
func crlf(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func TestReadScriptRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"lone percent", []string{"echo 100% sure"}, "1:9: a percent sign that begins no variable would vanish"},
		{"unknown command", []string{"", "format c:"}, `2:1: "format" is not a command that is known here`},
		{"open quote", []string{`echo "a`}, "1:1: a quotation mark is not closed"},
		{"caret at the end", []string{"echo a ^"}, "1:9: a caret at the end"},
		{"missing label", []string{"goto nowhere"}, `1:1: there is no label "nowhere"`},
		{"missing subroutine", []string{"call :nowhere x"}, `1:1: there is no label "nowhere"`},
		{"label twice", []string{":a", "rem x", ":A"}, `3:1: the label "a" stands here twice`},
		{"not ASCII", []string{"rem \u00e9"}, `1:5: 'é' is not printable ASCII`},
		{"long line", []string{"rem " + strings.Repeat("x", 8190)}, "1:8191: the line is too long"},
		{"if without condition", []string{"if"}, "1:"},
		{"if without command", []string{`if "a"=="b"`}, "1:12: a command is missing"},
		{"if with one =", []string{`if "a"="b" echo x`}, "== is missing"},
		{"for without in", []string{"for %%p (1 2) do echo x"}, "in (...) is missing"},
		{"for without do", []string{"for %%p in (1 2) echo x"}, "do is missing"},
		{"for with one percent", []string{"for %p in (1 2) do echo x"}, "a percent sign that begins no variable"},
		{"pipe in for", []string{"for /f %%p in ('reg query x | findstr y') do echo %%p"}, "put a caret before it"},
		{"operator without command", []string{"echo a &&"}, "a command is missing"},
		{"three bars", []string{"echo a ||| echo b"}, "1:10"},
		{"open block", []string{"if exist x (echo a"}, "the parenthesis is not closed on this line"},
		{"redirect to nothing", []string{"echo a >"}, "the file of a redirection is missing"},
		{"digit or stream", []string{"echo 12>x"}, "is the digit before"},
		{"unknown stream", []string{"echo a 1>&7"}, `"7" is not a stream`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadScript(crlf(c.lines...))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q", err, c.want)
			}
		})
	}
	for name, src := range map[string]string{"LF alone": "echo a\necho b\r\n", "no end of line": "echo a", "byte order mark": "\ufeffecho a\r\n"} {
		if _, err := ReadScript([]byte(src)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestReadScriptReportsAll(t *testing.T) {
	_, err := ReadScript(crlf("format c:", "echo 5%", "goto x"))
	for _, want := range []string{"1:1", "2:7", "3:1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v and misses %s", err, want)
		}
	}
}

// What scripts print shows how their lines were understood.
func TestRunScripts(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string
		code  int
	}{
		{"quotes and carets", []string{`echo a ^& "b & ^c" ^^`}, "a & \"b & ^c\" ^\n", 0},
		{"doubled percent", []string{"echo %%x%%"}, "%x%\n", 0},
		{"and, or", []string{"findstr /l /c:x nofile && echo yes || echo no", "echo a || echo b", "echo c && echo d"}, "FINDSTR: Cannot open nofile\nno\na\nc\nd\n", 1},
		{"or after or", []string{"echo a >nul || echo b || echo c", "echo end"}, "end\n", 0},
		{"if takes the rest of the line", []string{`if "a"=="b" echo x & echo y`, "echo z"}, "z\n", 0},
		{"if not, else", []string{`if not "a"=="a" (echo x) else echo y`}, "y\n", 0},
		{"if with case", []string{`if /i "A"=="a" echo same`, `if "A"=="a" echo never`}, "same\n", 0},
		{"errorlevel is at least", []string{"findstr /l /c:x nofile 2>nul", "if errorlevel 1 echo one", "if errorlevel 3 echo three"}, "one\n", 1},
		{"variables", []string{`set "A=one two"`, "set B=%A%!", "echo %B% %A:~4% %A:one=1% %A:~-3% %A:*e =%"}, "one two! two 1 two two two\n", 0},
		{"unset", []string{`set "A=x"`, `set "A="`, "if defined A echo never", "if not defined A echo gone"}, "gone\n", 0},
		{"for words", []string{"for %%p in (a b) do echo %%p"}, "a\nb\n", 0},
		{"for numbers", []string{"for /l %%p in (8,1,10) do echo %%p"}, "8\n9\n10\n", 0},
		{"for lines", []string{`for /f "tokens=2" %%p in ('echo one two three') do echo %%p`}, "two\n", 0},
		{"for file", []string{`echo a b>x`, `for /f "usebackq delims=" %%p in ("x") do echo [%%p]`}, "[a b]\n", 0},
		{"goto ends a loop", []string{"for %%p in (a b) do echo %%p & goto end", "echo never", ":end", "echo end"}, "a\nend\n", 0},
		{"subroutine", []string{`call :f one "two words" && echo ok`, "exit /b 3", ":f", "echo %1 %~2", "exit /b 0"}, "one two words\nok\n", 3},
		{"subroutine fails", []string{"call :f || echo failed", "exit /b 0", ":f", "exit /b 7"}, "failed\n", 0},
		{"setlocal ends with the subroutine", []string{"setlocal DisableDelayedExpansion", "set A=1", "call :f", "echo %A%!A!", "exit /b 0", ":f", "setlocal EnableDelayedExpansion", "set A=2", "echo !A!", "exit /b 0"}, "2\n1!A!\n", 0},
		{"late values are not parsed", []string{"setlocal EnableDelayedExpansion", `set "A=x & echo y"`, "echo !A!"}, "x & echo y\n", 0},
		{"redirections", []string{"echo a>f", "echo b>>f", "type f", "echo c>f 2>&1", "type f", "findstr b <f || echo none"}, "a\nb\nc\nnone\n", 1},
		{"pipe", []string{"echo one two| findstr two"}, "one two\n", 0},
		{"exists", []string{"if not exist f echo no", "echo x>f", "if exist f echo yes", "del f", "if exist f echo never"}, "no\nyes\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ReadScript(crlf(c.lines...))
			if err != nil {
				t.Fatal(err)
			}
			h := NewHost(ruleset.Windows2022, "20348")
			code, err := h.Run(s)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for line := range strings.SplitSeq(strings.TrimSuffix(h.Out, "\r\n"), "\r\n") {
				fmt.Fprintln(&got, strings.TrimRight(line, " "))
			}
			if got.String() != c.want || code != c.code {
				t.Errorf("prints %q and ends with %d, want %q and %d", got.String(), code, c.want, c.code)
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"variable never set", []string{"", "echo %MISSPELT%"}, "2:6: the variable MISSPELT was never set"},
		{"exclamation mark", []string{"setlocal EnableDelayedExpansion", "echo done!"}, "2:1: an exclamation mark vanishes"},
		{"percent through call", []string{"call :f %%SystemRoot%%", "exit /b", ":f"}, "call expands its line twice"},
		{"blank at the end of set", []string{"set A=x "}, "would belong to the value"},
		{"text behind set", []string{`set "A=x" y`}, "is lost"},
		{"exit of the window", []string{"exit 1"}, "closes the window"},
		{"endless", []string{":a", "goto a"}, "does not end"},
		{"grows too long", []string{`set "A=` + strings.Repeat("x", 5000) + `"`, "echo %A%%A%"}, "too long once"},
		{"injection", []string{`set "A=x & format c:"`, "echo %A%"}, `"format" is not a command`},
		{"guess of findstr", []string{"findstr a.b nul"}, "say /c: and /l or /r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ReadScript(crlf(c.lines...))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := NewHost(ruleset.Windows2022, "20348").Run(s); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q", err, c.want)
			}
		})
	}
}

func TestSplitArgs(t *testing.T) {
	for in, want := range map[string][]string{
		`a "b c" d`: {"a", "b c", "d"}, `x="b c"`: {"x=b c"}, `"a\\" b`: {`a\`, "b"}, `"a\" b`: {`a" b`}, `a\b\c`: {`a\b\c`}, `""`: {""},
	} {
		var tt netsh.Text
		tt.Add(in, 1)
		var got []string
		for _, a := range netsh.SplitArgs(tt) {
			got = append(got, a.Value)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("%q splits into %q, want %q", in, got, want)
		}
	}
}

func FuzzReadScript(f *testing.F) {
	for _, lines := range [][]string{
		{"@echo off", "setlocal", `set "A=%~f0"`, "for /f \"tokens=3\" %%b in ('reg query x ^| findstr y') do set B=%%b"},
		{"if not exist x (echo a) else echo b & echo c", ":x", "call :x 1", "exit /b 1"},
		{`netsh advfirewall firewall add rule name="a" dir=in action=allow protocol=TCP localport=80-90,RPC || goto x`, ":x"},
		{`netsh ipsec static add filter filterlist="x" srcaddr=10.0.0.0 srcmask=255.0.0.0 dstaddr=me protocol=TCP dstport=80`},
		{"echo %A:~1,2% ^& !B! 1>&2 | findstr /c:x"},
	} {
		f.Add(crlf(lines...))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := ReadScript(src)
		if err != nil {
			return
		}
		_ = s.Check(ruleset.Windows2003)
		_ = s.Check(ruleset.Windows2022)
		h := NewHost(ruleset.Windows2022, "20348")
		_, _ = h.Run(s)
	})
}

// The reader says where in the script a command is wrong.
func TestCheckPlacesErrors(t *testing.T) {
	s, err := ReadScript(crlf("@echo off", "for /l %%p in (1,1,3) do netsh ipsec static add filter filterlist=x srcaddr=any dstaddr=me protocol=TCP dstport=%%p badtag=1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(ruleset.Windows2003); err == nil || !strings.HasPrefix(err.Error(), `2:117: "badtag" is not a tag`) {
		t.Errorf("the error is %v", err)
	}
	s, err = ReadScript(crlf(`netsh advfirewall firewall add rule name="x" dir=in action=allow protocol=TCP localport=99999`))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(ruleset.Windows2022); err == nil || !strings.HasPrefix(err.Error(), "1:79: ") {
		t.Errorf("the error is %v", err)
	}
}
