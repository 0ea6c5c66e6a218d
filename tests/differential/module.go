// Go modules: golang.org/x/mod/semver, as the toolchain carries it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		refused := ""
		if !semver.IsValid(a) {
			refused += "a"
		}
		if !semver.IsValid(b) {
			refused += "b"
		}
		if refused != "" {
			fmt.Println(refused)
		} else {
			fmt.Println(semver.Compare(a, b))
		}
	}
}
