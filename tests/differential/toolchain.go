// Go toolchains: go/version, since Go 1.22.
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		refused := ""
		if !version.IsValid(a) {
			refused += "a"
		}
		if !version.IsValid(b) {
			refused += "b"
		}
		if refused != "" {
			fmt.Println(refused)
		} else {
			fmt.Println(version.Compare(a, b))
		}
	}
}
