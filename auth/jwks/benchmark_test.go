package jwks

import (
	"fmt"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// BenchmarkVerify is what a request pays for a token that was seen before
// (warm), and for one that was not (cold).
func BenchmarkVerify(b *testing.B) {
	for _, algorithm := range []string{"HS256", "RS256", "ES256", "EdDSA"} {
		v, signer := fixed(b, algorithm, ours)
		b.Run(algorithm+"/warm", func(b *testing.B) {
			token := sign(b, algorithm, signer, claimsWith(nil), nil)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := v.Verify(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(algorithm+"/cold", func(b *testing.B) {
			tokens := make([]string, 64)
			for i := range tokens {
				tokens[i] = sign(b, algorithm, signer, claimsWith(jwt.MapClaims{"jti": fmt.Sprint(i)}), nil)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := v.verify(b.Context(), tokens[i%len(tokens)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
